import { blindRule } from '@lanner/api';
import type { ResultOf, reportRoutes } from '@lanner/api/http';
import { beforeEach, expect, test } from 'vitest';
import { type Bench, benchEvent, benchNow, connection, openBench } from '../../testkit/api-bench.ts';
import { sampleFinding } from '../../testkit/sample-finding.ts';

const day = 86_400_000;
const now = benchNow();

const base = { ...sampleFinding, severity: 'CRITICAL', kev: true } as const;

function at(daysAgo: number): string {
  return new Date(now - daysAgo * day).toISOString();
}

let bench: Bench;
beforeEach(async () => {
  bench = await openBench();
  await bench.intake.take(benchEvent('Shell', 'Critical', { 'proc.name': 'sh' }, at(2)));
  await bench.intake.take(benchEvent('Shell', 'Critical', { 'proc.name': 'sh' }, at(0.5)));
  await bench.intake.take(benchEvent('Shell', 'Critical', { 'proc.name': 'sh' }, at(8)));
  await bench.intake.take(benchEvent('Read', 'Notice', { 'proc.name': 'cat' }, at(6.5)));
  await bench.intake.take(
    benchEvent(
      blindRule,
      'Warning',
      { 'blind.from': (now - 3 * day - 1000) * 1e6, 'blind.rules': ['Shell', 'Read'], 'blind.lost': '17' },
      at(3),
    ),
  );
  const image = { key: 'a', kind: 'image', names: ['shop/a'], system: '', packages: 1, notes: [] } as const;
  await bench.store.findings.record(image, [base, { ...base, id: 'CVE-2026-2' }], now - 20 * day);
  await bench.store.findings.record(image, [base, { ...base, id: 'CVE-2026-3' }], now - 3 * day);
  await bench.store.findings.record({ ...image, key: 'old', names: ['shop/old'] }, [], now - 30 * day);
  await bench.store.alerts.lastPosition();
});

async function ask<Name extends keyof typeof reportRoutes>(
  path: string,
): Promise<{ status: number; json: ResultOf<(typeof reportRoutes)[Name]> }> {
  const headers = { authorization: `Bearer ${bench.admin}` };
  const response = await bench.api.app.request(`/api/v1/${path}`, { headers }, connection);
  // The schema of the route made it.
  return { status: response.status, json: (await response.json()) as ResultOf<(typeof reportRoutes)[Name]> };
}

test('a week stands beside the week before', async () => {
  const { json } = await ask<'compareWeeks'>('comparison');
  expect(json).toMatchObject({ fromMs: now - 7 * day, toMs: now });
  expect(json.alerts.days.map(({ count, critical }) => [count, critical])).toEqual([
    [1, 0],
    [0, 0],
    [0, 0],
    [0, 0],
    [1, 0],
    [1, 1],
    [1, 1],
  ]);
  expect(json.alerts.daysBefore.map(({ count }) => count)).toEqual([0, 0, 0, 0, 0, 0, 1]);
  expect(json.alerts).toMatchObject({ now: { count: 4, critical: 2 }, before: { count: 1, critical: 1 } });
  expect(json.changes).toEqual({
    now: { new: 1, fixed: 1, reappeared: 0 },
    before: { new: 0, fixed: 0, reappeared: 0 },
  });
  expect([json.trend.length, json.trend[0]?.open.CRITICAL, json.trend.at(-1)?.open.CRITICAL]).toEqual([
    15, 2, 2,
  ]);
});

test('a week that lasts stands beside as much of the week before', async () => {
  const { json } = await ask<'compareWeeks'>(`comparison?from=${at(4)}&to=${at(-3)}`);
  expect(json).toMatchObject({ fromMs: now - 4 * day, toMs: now });
  expect(json.alerts.days.map(({ count }) => count)).toEqual([0, 1, 1, 1, 0, 0, 0]);
  expect(json.alerts.daysBefore.map(({ count }) => count)).toEqual([0, 0, 0, 1, 1, 0, 0]);
  // What was in the last three days of the week before does not count yet.
  expect(json.alerts).toMatchObject({ now: { count: 3 }, before: { count: 1 } });
  expect(json.trend.at(-1)?.atMs).toBe(now);
});

test('a report tells what needs attention, what is new and fixed, and what could not be seen', async () => {
  await bench.store.documents.put('acceptance', 'soon', {
    findingId: 'CVE-2026-1',
    artifact: null,
    packageName: null,
    untilMs: now + 5 * day,
    reason: 'later',
    by: 'ann',
  });
  await bench.store.documents.put('acceptance', 'far', {
    findingId: 'CVE-2026-1',
    artifact: null,
    packageName: null,
    untilMs: now + 50 * day,
    reason: 'later',
    by: 'ann',
  });
  await bench.store.deliveries.open('slack');
  await bench.store.deliveries.bury('slack', 1, 'no such channel', 3, now - day);
  await bench.store.deliveries.bury('slack', 1, 'too old', 3, now - 9 * day);
  const { json } = await ask<'report'>('report');
  expect(json).toMatchObject({
    criticals: { hasMore: false, groups: [{ count: 2, latest: { event: { rule: 'Shell' } } }] },
    open: { CRITICAL: 2 },
    newCriticals: { count: 1, worst: [{ id: 'CVE-2026-3', artifactName: 'shop/a' }] },
    fixed: { count: 1, worst: [{ id: 'CVE-2026-2' }] },
    exploited: 2,
    upgrades: { findings: 2, packages: [{ packageName: 'openssl', fixedVersion: '3.1' }] },
    acceptances: [{ id: 'soon', findings: 1 }],
    blind: {
      count: 1,
      intervals: [{ toMs: now - 3 * day, node: 'n1', rules: ['Shell', 'Read'], lost: '17' }],
    },
    coverage: { artifacts: 2, scanned: 1, stale: [{ name: 'shop/old', scannedMs: now - 30 * day }] },
    refused: [{ destination: 'slack', count: 1, reason: 'no such channel' }],
  });
  expect(json.blind.intervals[0]?.fromMs).toBeCloseTo(now - 3 * day - 1000, 0);
  expect(json.rules).toContainEqual({ rule: 'Shell', count: 2, before: 1 });
});

test('an earlier week is told as it was known then', async () => {
  const { json } = await ask<'report'>(`report?from=${at(14)}&to=${at(7)}`);
  expect(json).toMatchObject({
    criticals: { groups: [{ count: 1 }] },
    open: { CRITICAL: 2 },
    newCriticals: { count: 0 },
    fixed: { count: 0 },
    blind: { count: 0 },
  });
});

test.each(['from=2030-01-01T00:00:00Z&to=2030-02-01T00:00:00Z', 'from=1d&to=2d', 'from=800d', 'to=nonsense'])(
  'a time that cannot be reported on is refused: %s',
  async (query) => {
    expect((await ask(`report?${query}`)).status).toBe(400);
  },
);
