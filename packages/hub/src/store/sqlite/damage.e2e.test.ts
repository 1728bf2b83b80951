import { closeSync, cpSync, mkdtempSync, openSync, readdirSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { setImmediate as immediate } from 'node:timers/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type Log, silentLog } from '@lanner/core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { sampleAlerts } from '../../testkit/sample-alerts.ts';
import type { Store } from '../store.ts';
import { openSqliteStore } from './open.ts';

const root = mkdtempSync(join(tmpdir(), 'lanner-damage-'));
const template = join(root, 'template');
const folder = join(root, 'store');
/** The first 300 are packed: three segments. */
const alerts = sampleAlerts(360);
let lines: string[] = [];
let open: Store | null = null;

const log: Log = { ...silentLog, error: (message) => void lines.push(message) };

async function start(from = folder): Promise<Store> {
  open = await openSqliteStore({ folder: from, log, segmentRows: 100 });
  return open;
}

async function append(store: Store, some: typeof alerts): Promise<number> {
  return (
    await store.alerts.append(
      some,
      some.map(() => null),
    )
  ).stored;
}

function damage(sql: string): void {
  const database = new DatabaseSync(join(folder, 'store.db'));
  database.exec(sql);
  database.close();
}

/** All pages but the first, which says that it is a database. */
function damagePages(): void {
  const path = join(folder, 'store.db');
  const file = openSync(path, 'r+');
  for (let at = 4096; at < statSync(path).size; at += 4096) {
    writeSync(file, Buffer.alloc(4096, 0x5a), 0, 4096, at);
  }
  closeSync(file);
}

/** What is asked of every store here. Text searches look at the index, at texts, and at both. */
async function answers(store: Store): Promise<unknown> {
  const texts = ['node*', '"proc.name"', 'sh', 'root', 'shell in'];
  return {
    // The generator's times are finer than the texts of its events, of which columns are made anew.
    found: (await store.alerts.search({}, 500)).alerts.map(({ id }) => id).sort(),
    after: (await store.alerts.after(0, 500)).map(({ id }) => id),
    byText: await Promise.all(texts.map((text) => store.alerts.count({ text }))),
    facets: await store.alerts.facets({}, ['rule', 'priority', 'namespace', 'fingerprint'], 5),
    groups: (await store.alerts.groups({}, 20)).groups.map(({ fingerprint, count, firstUs, lastUs }) => [
      ...[fingerprint, count, firstUs, lastUs],
    ]),
    tokens: (await store.documents.list('token')).map(({ id }) => id),
  };
}

let healthy: unknown;

beforeAll(async () => {
  const store = await start(template);
  await append(store, alerts);
  await store.documents.put('token', 'a', {});
  await store.documents.put('token', 'b', {});
  await store.close();
  const again = await start(template);
  healthy = await answers(again);
  expect((await again.check()).length).toBe(0);
  await again.close();
});

beforeEach(() => {
  rmSync(folder, { recursive: true, force: true });
  cpSync(template, folder, { recursive: true });
  lines = [];
});

afterEach(() => open?.close());
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe('a part of a store that cannot be unpacked', () => {
  test.each([
    ['columns', 'UPDATE segment SET columns = zeroblob(90) WHERE id = 2'],
    [
      'columns with a wrong bit',
      "UPDATE segment SET columns = substr(columns, 1, length(columns) - 1) || x'00' WHERE id = 2",
    ],
    ['times', 'UPDATE segment SET received = zeroblob(9) WHERE id = 1'],
    ['a page of words', 'UPDATE word_page SET words = zeroblob(9) WHERE id / 65536 = 2'],
    ['where pages of words begin', 'UPDATE segment SET firsts = zeroblob(9)'],
  ])('is made anew of the alerts: %s', async (_what, sql) => {
    damage(sql);
    const store = await start();
    await answers(store);
    // Retention meets what searches do not.
    await store.maintain(alerts[0]?.receivedMs ?? 0).catch(() => undefined);
    await store.alerts.count({ text: 'root' });
    await expect.poll(() => store.check()).toEqual([]);
    expect(await answers(store)).toEqual(healthy);
    expect(await store.health()).toMatchObject({ state: 'ok', damaged: 0 });
    await expect.poll(() => lines).toEqual(['damaged parts of the store were made anew or set aside']);
  });

  test.each([
    ['a block', 'UPDATE block SET records = zeroblob(300) WHERE id = 128', 100, 200],
    ['alerts that are not packed', 'UPDATE tail SET record = zeroblob(50) WHERE position > 350', 350, 360],
  ])('is set aside and counted when it holds alerts: %s', async (_what, sql, from, to) => {
    damage(sql);
    const store = await start();
    await answers(store);
    await expect.poll(async () => (await store.health()).damaged).toBe(to - from);
    const left = alerts.filter((_, index) => index < from || index >= to);
    expect((await store.alerts.after(0, 500)).map(({ id }) => id)).toEqual(left.map(({ id }) => id));
    expect(await store.check()).toEqual([]);
    await expect.poll(() => lines).toEqual(['damaged parts of the store were made anew or set aside']);
    // Whoever still has them can send them again.
    expect(await append(store, alerts)).toBe(to - from);
    expect(await store.alerts.get(alerts[from]?.id ?? '')).not.toBeNull();
    expect((await store.health()).damaged).toBe(to - from);
  });

  test('is taken away and counted when it is a document', async () => {
    damage(`UPDATE document SET value = '{"' WHERE id = 'a'`);
    const store = await start();
    expect((await store.documents.list('token')).map(({ id }) => id)).toEqual(['b']);
    expect((await store.health()).damaged).toBe(1);
  });

  test('does not keep the oldest from being removed', async () => {
    damage(`
      UPDATE segment SET columns = zeroblob(90), received = zeroblob(90) WHERE id = 1;
      UPDATE block SET records = zeroblob(300) WHERE id = 64;
    `);
    const store = await start();
    const later = Math.max(...alerts.map(({ receivedMs }) => receivedMs)) + 40 * 86_400_000;
    // The first one meets the damage, which is mended then.
    await store.maintain(later).catch(() => undefined);
    await expect.poll(async () => (await store.health()).damaged).toBe(100);
    await store.maintain(later);
    expect(await store.health()).toMatchObject({ alerts: 0, removedByAge: alerts.length });
  });

  test('is looked for once when there is nothing to mend', async () => {
    const store = await start();
    await expect(store.alerts.search({}, 1, 'x')).rejects.toMatchObject({ code: 'query.invalid' });
    expect(lines).toEqual([]);
  });
});

describe('pages of the file that are damaged while the store is open', () => {
  test('the file is set aside, what can be read is kept, what is lost is counted, and it goes on', async () => {
    const store = await start();
    await store.alerts.count({});
    const reasons = new Set<string>();
    let isOver = false;
    // Whoever asks how it is gets an answer, also while all of it is looked through.
    const asking = (async () => {
      while (!isOver) {
        reasons.add((await store.health()).reason);
        await immediate();
      }
    })();
    damagePages();
    // Alerts are not taken while it is mended, and nothing is acknowledged that is not stored.
    const more = sampleAlerts(460).slice(360);
    let stored = 0;
    for (const alert of more) {
      stored += await append(store, [alert]).catch(() => 0);
      await store.alerts.search({ text: 'shell' }, 10).catch(() => undefined);
    }
    await expect.poll(async () => (await store.health()).state).toBe('ok');
    isOver = true;
    await asking;
    expect(reasons).toContain('The store is damaged and is being mended.');
    const { damaged, alerts: left } = await store.health();
    expect(damaged).toBeGreaterThan(0);
    expect(stored).toBeGreaterThan(0);
    expect(left).toBeGreaterThanOrEqual(stored);
    expect(await append(store, sampleAlerts(461).slice(460))).toBe(1);
    expect(await store.check()).toEqual([]);
    expect(readdirSync(folder).some((name) => name.startsWith('store.db.damaged-'))).toBe(true);
    expect(lines).toContain('store was damaged; what could be read was kept');
  });

  test('is mended as well when its threads have not opened it yet', async () => {
    const store = await start();
    damagePages();
    await expect.poll(() => append(store, sampleAlerts(361).slice(360)).catch(() => 0)).toBe(1);
    expect((await store.health()).state).toBe('ok');
    expect(await store.check()).toEqual([]);
    expect(lines).toContain('thread of the store ended');
    expect(lines).toContain('store was damaged; what could be read was kept');
  });
});
