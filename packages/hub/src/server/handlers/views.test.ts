import { beforeEach, expect, test } from 'vitest';
import { viewRoutes } from '@lanner/api/http';
import { type Bench, benchEvent, benchNow, connection, openBench } from '../../testkit/api-bench.ts';
import type { AlertStore } from '../../store/alert-store.ts';
import type { DestinationSet } from '../../delivery/destination-set.ts';
import type { ServerFacts } from './server.ts';
import { viewHandlers } from './views.ts';
import { scanGenerator } from '../../testkit/finding-generator.ts';

let bench: Bench;
beforeEach(async () => {
  bench = await openBench();
  for (let index = 0; index < 30; index++) {
    const fields = { 'proc.name': 'sh', 'fd.name': `/file-${index % 10}` };
    const time = new Date(benchNow() - (index + 1) * 60_000).toISOString();
    await bench.intake.take(
      benchEvent(index % 2 === 0 ? 'Shell' : 'Read', index === 0 ? 'Critical' : 'Error', fields, time),
    );
  }
});

async function get<T>(path: string): Promise<T> {
  const headers = { authorization: `Bearer ${bench.admin}` };
  const response = await bench.api.app.request(path, { headers }, connection);
  expect(response.status, await response.clone().text()).toBe(200);
  return (await response.json()) as T;
}

interface EventsView {
  readonly rows: readonly {
    alert: { id: string; timeUs: number };
    times: number;
    status: string;
    assignee: string | null;
  }[];
  readonly cursor: string | null;
  readonly figures: {
    readonly facets: unknown;
    readonly buckets: readonly { count: number; fromUs: number }[];
  } | null;
}

test('the view of events says what the single requests say', async () => {
  const asked = 'min_priority=Error&from=2h';
  const view = await get<EventsView>(`/api/v1/views/events?${asked}&limit=1`);
  viewRoutes.eventsView.result.parse(view);
  const { groups, cursor } = await get<{
    groups: { count: number; latest: { id: string } }[];
    cursor: string | null;
  }>(`/api/v1/alerts/groups?${asked}&limit=1`);
  expect(view.rows.map(({ alert, times }) => [alert.id, times])).toEqual(
    groups.map(({ latest, count }) => [latest.id, count]),
  );
  expect(view.cursor).toBe(cursor);
  expect(view.figures).toEqual({
    ...(await get<object>(`/api/v1/alerts/facets?${asked}&limit=12`)),
    ...(await get<object>(`/api/v1/alerts/histogram?${asked}&buckets=80&by=priority`)),
  });
  const next = await get<EventsView>(`/api/v1/views/events?${asked}&limit=1&cursor=${view.cursor}`);
  expect(next.figures).toBeNull();
  expect(next.rows.length).toBeGreaterThan(0);
});

test.each([
  ['alerts', 4, 27],
  ['groups', 2, 1],
])('%s begin at a moment of the list, and figures stay those of all', async (rows, minutes, left) => {
  const at = benchNow() - minutes * 60_000;
  const asked = `min_priority=Error&from=2h&rows=${rows}`;
  const all = await get<EventsView>(`/api/v1/views/events?${asked}&limit=100`);
  const older = all.rows.filter(({ alert }) => alert.timeUs <= at * 1000);
  expect(older).toHaveLength(left);
  const later = await get<EventsView>(`/api/v1/views/events?${asked}&limit=3&at=${at}`);
  expect(later.rows).toEqual(older.slice(0, 3));
  expect(later.figures).toEqual(all.figures);
  if (later.cursor !== null) {
    const next = await get<EventsView>(
      `/api/v1/views/events?${asked}&limit=3&at=${at}&cursor=${later.cursor}`,
    );
    expect(next.rows).toEqual(older.slice(3, 6));
  }
});

test('counts over time begin with the oldest alert where no time is asked for', async () => {
  const counted = async (): Promise<number> => {
    const { figures } = await get<EventsView>('/api/v1/views/events');
    let sum = 0;
    for (const { count } of figures?.buckets ?? []) {
      sum += count;
    }
    return sum;
  };
  expect(await counted()).toBe(30);
  await bench.intake.take(benchEvent('Old', 'Error', { 'proc.name': 'a' }, '2025-11-20T00:00:00Z'));
  expect(await counted()).toBe(31);
  // A clock that was never set.
  await bench.intake.take(benchEvent('Older', 'Error', { 'proc.name': 'a' }, '1970-01-01T00:00:00Z'));
  const { figures } = await get<EventsView>('/api/v1/views/events');
  expect(figures?.buckets[0]?.fromUs).toBe((benchNow() - 400 * 86_400_000) * 1000);
});

test('alerts come one by one where that is asked for, and what people made of groups stands in their rows', async () => {
  await bench.store.alerts.act({ any: { rule: ['Shell'] } }, { kind: 'assign', to: 'bob' }, 'ann', 1);
  await bench.store.alerts.act({ any: { rule: ['Shell'] } }, { kind: 'acknowledge' }, 'ann', 2);
  const alerts = await get<EventsView>('/api/v1/views/events?rows=alerts&limit=4&min_priority=Error');
  expect(alerts.rows.map(({ times, status }) => [times, status])).toEqual([
    [1, 'acknowledged'],
    [1, 'open'],
    [1, 'acknowledged'],
    [1, 'open'],
  ]);
  const groups = await get<EventsView>('/api/v1/views/events?rule=Shell');
  expect(new Set(groups.rows.map(({ assignee, status }) => `${assignee} ${status}`))).toEqual(
    new Set(['bob acknowledged']),
  );
});

test('figures have less time beside rows than by themselves, and say of which share they are', async () => {
  const { store } = bench;
  const times: (number | undefined)[] = [];
  const look: AlertStore['look'] = async (query, ask) => {
    times.push(ask.withinMs);
    return { ...(await store.alerts.look(query, ask)), share: times.length / 2 };
  };
  const { eventsView } = viewHandlers({
    ...({ version: '', startedMs: 0, notes: () => [], scan: () => null } as unknown as ServerFacts),
    store: {
      ...store,
      alerts: {
        look,
        groups: store.alerts.groups.bind(store.alerts),
        oldestUs: store.alerts.oldestUs.bind(store.alerts),
      } as unknown as AlertStore,
    },
    destinations: { active: [] } as unknown as DestinationSet,
    agents: null,
  });
  const ask = (rows: 'groups' | 'none') =>
    eventsView({ query: viewRoutes.eventsView.query.parse({ rows }), nowMs: benchNow() } as Parameters<
      typeof eventsView
    >[0]);
  const view = await ask('groups');
  expect([view.rows.length > 0, view.figures?.share]).toEqual([true, 0.5]);
  const alone = await ask('none');
  expect([alone.rows, alone.figures?.share, alone.figures?.buckets.length]).toEqual([[], 1, 80]);
  expect(times[0]).toBeLessThan(times[1] ?? 0);
});

test('a long output is cut, never within a character', async () => {
  const output = `${'x'.repeat(239)}🦅🦅`;
  await bench.intake.take(
    JSON.stringify({
      ...JSON.parse(benchEvent('Long', 'Error', { 'proc.name': 'sh' })),
      output,
      time: '2026-01-01T23:59:59Z',
    }),
  );
  const { rows } = await get<{ rows: { alert: { event: { output: string } } }[] }>(
    '/api/v1/views/events?rule=Long',
  );
  expect(rows[0]?.alert.event.output).toBe(`${'x'.repeat(239)}\ufffd…`);
});

test('the overview has all that it shows', async () => {
  for (const { artifact, findings } of scanGenerator({ images: 12, findings: 400 })) {
    await bench.store.findings.record(artifact, findings, benchNow());
  }
  const [worst] = (await bench.store.findings.search({}, 1)).findings;
  for (const days of [3, 30]) {
    await bench.store.documents.put('acceptance', `${days}`, {
      findingId: worst?.id,
      artifact: null,
      packageName: null,
      untilMs: benchNow() + days * 86_400_000,
      reason: 'r',
      by: 'ann',
    });
  }
  const view = viewRoutes.overviewView.result.parse(await get('/api/v1/views/overview'));
  expect([view.findings.expiring, view.blind]).toEqual([1, 0]);
  expect(view.server).toMatchObject({ version: '1.2.3', you: { name: 'ada' } });
  expect(view.destinations).toHaveLength(1);
  expect(view.agents).toEqual({ total: 0, connected: 0, away: [] });
  expect(view.groups.map(({ alert }) => alert.event.rule)).toEqual(['Shell']);
  expect(view.buckets).toHaveLength(96);
  expect(view.rules).toEqual([
    { value: 'Read', count: 15 },
    { value: 'Shell', count: 15 },
  ]);
  const all = await bench.store.findings.facets({}, ['severity'], 10);
  expect(view.findings.severities).toEqual(all.severity);
  expect(view.findings.exploited).toBe(await bench.store.findings.count({ kev: true, fixable: true }));
  expect(view.artifacts).toMatchObject({ total: 12, scannedMs: benchNow() });
  const urgent = view.artifacts.worst.map(({ open }) => open.CRITICAL + open.HIGH);
  expect(urgent).toEqual([...urgent].sort((a, b) => b - a));
  expect(urgent).toHaveLength(8);
});
