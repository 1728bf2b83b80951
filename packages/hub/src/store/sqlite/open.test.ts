import { mkdtempSync, openSync, readdirSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { silentLog } from '@lanner/core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { sampleAlerts } from '../../testkit/sample-alerts.ts';
import type { Store } from '../store.ts';
import { openSqliteStore } from './open.ts';
import { salvageInThread } from './salvage-thread.ts';

let folder = '';
const alerts = sampleAlerts(300);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lanner-store-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function filled(): Promise<Store> {
  const store = await openSqliteStore({ folder, log: silentLog, segmentRows: 100 });
  const held = alerts.map(() => null);
  await store.alerts.append(alerts, held);
  return store;
}

test('what was stored is there after it is opened again, and only one may have it', async () => {
  const store = await filled();
  await expect(openSqliteStore({ folder, log: silentLog })).rejects.toMatchObject({ code: 'store.locked' });
  await store.close();
  const again = await openSqliteStore({ folder, log: silentLog });
  expect((await again.alerts.search({}, 1000)).alerts.map(({ id }) => id)).toEqual(
    alerts.map(({ id }) => id).reverse(),
  );
  expect(
    (
      await again.alerts.append(
        alerts.slice(0, 50),
        alerts.slice(0, 50).map(() => null),
      )
    ).stored,
  ).toBe(0);
  expect(await again.check()).toEqual([]);
  const copy = join(folder, 'copy');
  await again.backup(copy);
  await again.close();
  const restored = await openSqliteStore({ folder: copy, log: silentLog });
  expect(await restored.alerts.count({})).toBe(300);
  await restored.close();
});

test('a store of a later version is refused', async () => {
  await (await filled()).close();
  const database = new DatabaseSync(join(folder, 'store.db'));
  database.exec('PRAGMA user_version = 99');
  database.close();
  await expect(openSqliteStore({ folder, log: silentLog })).rejects.toMatchObject({ code: 'store.version' });
});

test('a database that is no database is set aside, and that is counted', async () => {
  await (await filled()).close();
  writeSync(openSync(join(folder, 'store.db'), 'r+'), Buffer.alloc(4096, 7), 0, 4096, 0);
  const store = await openSqliteStore({ folder, log: silentLog, now: () => 5 });
  expect(readdirSync(folder)).toContain('store.db.damaged-5');
  expect((await store.health()).damaged).toBeGreaterThan(0);
  expect(
    (
      await store.alerts.append(
        alerts,
        alerts.map(() => null),
      )
    ).stored,
  ).toBeGreaterThan(0);
  await store.close();
});

test('a start that is ended while the store is mended leaves it as it was, for the next one', async () => {
  await (await filled()).close();
  writeSync(openSync(join(folder, 'store.db'), 'r+'), Buffer.alloc(4096, 7), 0, 4096, 0);
  const before = readFileSync(join(folder, 'store.db'));
  const stop = new AbortController();
  const opening = openSqliteStore({
    ...{ folder, log: silentLog, signal: stop.signal },
    onDamage: () => {
      stop.abort();
    },
  });
  await expect(opening).rejects.toThrow('aborted');
  expect(readFileSync(join(folder, 'store.db')).equals(before)).toBe(true);
  // It is nobody's now.
  const store = await openSqliteStore({ folder, log: silentLog, now: () => 5 });
  expect(readdirSync(folder)).toContain('store.db.damaged-5');
  await store.close();
});

test('a thread that mends ends with the signal', async () => {
  await (await filled()).close();
  const path = join(folder, 'store.db');
  const stop = new AbortController();
  const mending = salvageInThread(path, 5, stop.signal);
  stop.abort();
  await expect(mending).rejects.toBe(stop.signal.reason);
  expect(readdirSync(folder)).toContain('store.db');
});

test('what is read while it is packed is read whole', async () => {
  const store = await openSqliteStore({ folder, log: silentLog, segmentRows: 50 });
  const many = sampleAlerts(3000);
  const read: string[] = [];
  let position = 0;
  for (let at = 0; at < many.length; at += 100) {
    const batch = many.slice(at, at + 100);
    const waiting = store.alerts.append(
      batch,
      batch.map(() => null),
    );
    const page = await store.alerts.after(position, 1000);
    position = page.at(-1)?.position ?? position;
    read.push(...page.map(({ id }) => id));
    await waiting;
    expect((await store.alerts.search({ text: 'node*' }, 100)).alerts).toHaveLength(100);
  }
  read.push(...(await store.alerts.after(position, 1000)).map(({ id }) => id));
  expect(read).toEqual(many.map(({ id }) => id));
  await store.close();
});
