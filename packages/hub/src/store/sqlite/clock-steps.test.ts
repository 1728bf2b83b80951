import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog } from '@lanner/core';
import { afterAll, expect, test } from 'vitest';
import { sampleAlerts } from '../../testkit/sample-alerts.ts';
import type { Store } from '../store.ts';
import { openSqliteStore } from './open.ts';

const folder = mkdtempSync(join(tmpdir(), 'lanner-clock-'));
const hour = 3_600_000;
const day = 24 * hour;
const startMs = Date.parse('2026-01-01T00:00:00Z');
const clock = { nowMs: startMs, monotonicMs: 0 };
let ids = 0;

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function open(): Promise<Store> {
  const { now, monotonicMs } = { now: () => clock.nowMs, monotonicMs: () => clock.monotonicMs };
  return openSqliteStore({ folder, log: silentLog, now, monotonicMs, retention: { maxAgeMs: 30 * day } });
}

/** Time passes, and the clock shows it. */
function pass(ms: number): void {
  clock.nowMs += ms;
  clock.monotonicMs += ms;
}

async function append(store: Store): Promise<void> {
  const alerts = sampleAlerts(1, { seed: ++ids }).map((alert) => ({ ...alert, receivedMs: clock.nowMs }));
  await store.alerts.append(
    alerts,
    alerts.map(() => null),
  );
}

test('steps of the clock remove nothing by age, not at the start either; what goes later is counted', async () => {
  let store = await open();
  await append(store);
  await store.maintain(clock.nowMs);
  // A year ahead, and back.
  clock.nowMs += 365 * day;
  await store.maintain(clock.nowMs);
  expect(await store.health()).toMatchObject({
    ...{ state: 'ok', alerts: 1, removedByAge: 0 },
    reason: expect.stringContaining('clock jumped ahead') as string,
  });
  await append(store);
  clock.nowMs -= 365 * day;
  await store.maintain(clock.nowMs);
  expect(await store.health()).toMatchObject({ reason: '', alerts: 2 });
  // Hours back: what comes then is kept, in the order in which it came.
  clock.nowMs -= 5 * hour;
  await append(store);
  await store.maintain(clock.nowMs);
  expect((await store.alerts.after(0, 10)).map(({ position }) => position)).toEqual([1, 2, 3]);
  await store.close();
  // A start with a clock that is far ahead.
  clock.nowMs += 60 * day;
  store = await open();
  await store.maintain(clock.nowMs);
  expect(await store.health()).toMatchObject({
    alerts: 3,
    reason: expect.stringContaining('not used for long') as string,
  });
  // It is believed in the end.
  pass(2 * hour);
  await store.maintain(clock.nowMs);
  expect((await store.health()).removedByAge).toBeGreaterThan(0);
  await store.close();
});
