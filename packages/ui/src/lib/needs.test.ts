import { expect, test } from 'vitest';
import { type Facts, needsOf } from './needs.ts';

type Destination = Facts['destinations'][number];

function facts(changes: Partial<Facts> = {}): Facts {
  return {
    server: { store: { state: 'ok', reason: '' }, notes: [] as string[] } as unknown as Facts['server'],
    destinations: [],
    agents: { total: 0, connected: 0, away: [] },
    groups: [],
    blind: 0,
    findings: { severities: [], exploited: 0, expiring: 0 },
    ...changes,
  };
}

function destination(changes: Partial<Destination>): Facts['destinations'] {
  const well = { title: 'Slack', failures: 0, waiting: 0, lastError: null, deadLetters: 0, lost: 0 };
  return [{ ...well, ...changes } as Destination];
}

test('where all is well nothing needs anybody', () => {
  expect(needsOf(facts({ destinations: destination({}) }))).toEqual([]);
});

test.each([
  [{ failures: 3, waiting: 1200, lastError: 'away' }, 'critical', '1,200 wait · away'],
  [{ lost: 2 }, 'critical', '2 lost'],
  [{ deadLetters: 1 }, 'warning', 'They are kept, with the reason.'],
] as const)('a destination with %j needs somebody: %s', (changes, level, detail) => {
  expect(needsOf(facts({ destinations: destination(changes) }))).toMatchObject([
    { level, detail, to: '/destinations' },
  ]);
});

test('an agent that is away is named', () => {
  const agents = { total: 3, connected: 1, away: ['node-away'] };
  expect(needsOf(facts({ agents }))).toMatchObject([{ level: 'warning', text: 'node-away says nothing' }]);
});

test('a name that would turn the rest of its sentence does not', () => {
  const agents = { total: 1, connected: 0, away: ['a\u202eb'] };
  expect(needsOf(facts({ agents }))).toMatchObject([{ text: 'a\ufffdb says nothing' }]);
});

test('an open group of critical alerts leads to its events', () => {
  const alert = {
    id: 'x',
    fingerprint: 'f',
    node: 'n1',
    workload: { namespace: 'shop', pod: 'web-1' },
    event: { rule: 'Shell' },
  };
  const group = { alert, times: 1200, status: 'open', assignee: null } as unknown as Facts['groups'][number];
  expect(needsOf(facts({ groups: [group] }))).toEqual([
    {
      level: 'critical',
      text: 'Shell',
      detail: 'shop/web-1 · 1,200 times',
      to: '/events?fingerprint=f&sel=x',
    },
  ]);
});

test('the most urgent comes first, and notes last', () => {
  const needs = needsOf(
    facts({
      server: {
        store: { state: 'readonly', reason: 'the disk is full' },
        notes: ['no database'],
      } as unknown as Facts['server'],
      findings: { severities: [], exploited: 1, expiring: 0 },
    }),
  );
  expect(needs.map(({ text }) => text)).toEqual([
    'The store is readonly',
    'A vulnerability that is known to be exploited has a fix',
    'no database',
  ]);
});

test('blind rules and accepted risks that end are told, with where to look', () => {
  const findings = { severities: [], exploited: 0, expiring: 3 };
  expect(needsOf(facts({ blind: 1, findings }))).toMatchObject([
    {
      level: 'warning',
      text: 'Rules were blind once within a day',
      to: '/events?from=24h&group=0&rule=Lanner%20internal%3A%20blind%20interval',
    },
    { level: 'warning', text: '3 accepted risks end', to: '/vulnerabilities?accepted=true' },
  ]);
});
