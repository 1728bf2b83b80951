import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { silentLog } from '@lanner/core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sampleAlerts } from '../../testkit/sample-alerts.ts';
import { openSqliteStore } from './open.ts';
import { checkStoreFile } from './store-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'lanner-check-'));
const path = join(folder, 'store.db');

beforeAll(async () => {
  const store = await openSqliteStore({ folder, log: silentLog, segmentRows: 100 });
  const alerts = sampleAlerts(320);
  await store.alerts.append(
    alerts,
    alerts.map(() => null),
  );
  await store.close();
});
afterAll(() => rmSync(folder, { recursive: true }));

// As many as there are at once, or a few at a time: the answer is the same.
const problemsBy = (): unknown[] =>
  [{}, { groupsAtOnce: 1 }, { groupsAtOnce: 7 }].map((options) => checkStoreFile(path, options).problems);

test('sizes of groups are compared, however many are counted at a time', () => {
  expect(problemsBy()).toEqual([[], [], []]);
  const database = new DatabaseSync(path);
  const highest = (
    database.prepare('SELECT max(fingerprint) AS highest FROM alert_group').get() as { highest: number }
  ).highest;
  const wrong = database
    .prepare('UPDATE alert_group SET kept = kept + 1 WHERE fingerprint % 2 = 0 AND fingerprint < ?')
    .run(highest).changes;
  database.prepare('DELETE FROM alert_group WHERE fingerprint = ?').run(highest);
  database.close();
  expect(wrong).toBeGreaterThan(5);
  const told = [`groups: ${Number(wrong) + 1} have not as many alerts as is noted`];
  expect(problemsBy()).toEqual([told, told, told]);
});
