import { closeSync, cpSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { silentLog } from '@lanner/core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sampleAlerts } from '../../testkit/sample-alerts.ts';
import { fillStore } from '../../testkit/store-content.ts';
import type { Store } from '../store.ts';
import { openSqliteStore } from './open.ts';
import { salvagedTables } from './salvage.ts';

const root = mkdtempSync(join(tmpdir(), 'lanner-salvage-'));
const template = join(root, 'template');
let count = 0;

afterAll(() => rmSync(root, { recursive: true, force: true }));

function open(folder: string): Promise<Store> {
  return openSqliteStore({ folder, log: silentLog, segmentRows: 70 });
}

beforeAll(async () => {
  const store = await open(template);
  await fillStore(store);
  await store.close();
});

/** Overwrites the page in which a table begins: nothing of it can be reached any more. */
function damageTable(folder: string, table: string): void {
  const path = join(folder, 'store.db');
  const database = new DatabaseSync(path);
  const { page } = database
    .prepare('SELECT rootpage AS page FROM sqlite_schema WHERE name = ?')
    .get(table) as { page: number };
  const { page_size: size } = database.prepare('PRAGMA page_size').get() as { page_size: number };
  database.close();
  const file = openSync(path, 'r+');
  writeSync(file, Buffer.alloc(size, 0x5a), 0, size, (page - 1) * size);
  closeSync(file);
}

test.each(salvagedTables)(
  'without %s the rest is kept, fits together, and what comes is stored and delivered',
  async (table) => {
    const folder = join(root, String(++count));
    cpSync(template, folder, { recursive: true });
    damageTable(folder, table);
    const store = await open(folder);
    // What is not looked at when a store is opened is met later.
    await store.alerts.search({ text: 'root' }, 10).catch(() => undefined);
    await store.maintain(0).catch(() => undefined);
    await store.check();
    await store.documents.list('silence').catch(() => undefined);
    await store.audit.list(1).catch(() => undefined);
    await store.findings.artifacts().catch(() => undefined);
    await store.findings.search({ includeFixed: true }, 10).catch(() => undefined);
    await store.findings.getInventory('sha256:0123').catch(() => undefined);
    await store.evidence.list('sha256:0123').catch(() => undefined);
    await store.deliveries.states().catch(() => undefined);
    await store.deliveries.deadLetters(null, 10).catch(() => undefined);
    await store.alerts.lastSequence('node-1').catch(() => undefined);
    await store.alerts.groups({}, 10).catch(() => undefined);
    await expect.poll(async () => (await store.health()).state).toBe('ok');
    const { damaged, alerts } = await store.health();
    expect(damaged).toBeGreaterThan(0);
    expect(await store.check()).toEqual([]);
    const { position } = await store.deliveries.open('webhook');
    const last = await store.alerts.lastPosition();
    expect(last).toBeGreaterThanOrEqual(position);
    // New alerts, and those that are sent again, are behind what destinations have got.
    const again = sampleAlerts(320);
    const { stored } = await store.alerts.append(
      again,
      again.map(() => null),
    );
    expect(stored).toBe(320 - alerts);
    expect((await store.alerts.after(last, 500)).length).toBe(stored);
    expect(await store.alerts.count({})).toBe(320);
    await store.close();
  },
);
