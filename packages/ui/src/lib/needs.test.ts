import { expect, test } from 'vitest';
import { type Facts, needsOf } from './needs.ts';

type Destination = Facts['destinations']['destinations'][number];
type Agent = Facts['agents']['agents'][number];

function facts(changes: Partial<Facts> = {}): Facts {
  return {
    server: { store: { state: 'ok', reason: '' }, notes: [] as string[] } as unknown as Facts['server'],
    destinations: { destinations: [], unsupported: [] },
    agents: agentsOf([]),
    groups: [],
    exploited: 0,
    ...changes,
  };
}

function destination(changes: Partial<Destination>): Facts['destinations'] {
  const well = { title: 'Slack', failures: 0, waiting: 0, lastError: null, deadLetters: 0, lost: 0 };
  return { destinations: [{ ...well, ...changes } as Destination], unsupported: [] };
}

function agentsOf(agents: Agent[]): Facts['agents'] {
  return { agents, fingerprint: null, port: null };
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

test('an agent that is away is named, one that is connected or revoked is not', () => {
  const agents = ['away', 'connected', 'revoked'].map((state) => ({ name: `node-${state}`, state }) as Agent);
  expect(needsOf(facts({ agents: agentsOf(agents) }))).toMatchObject([
    { level: 'warning', text: 'node-away says nothing' },
  ]);
});

test('the most urgent comes first, and notes last', () => {
  const needs = needsOf(
    facts({
      server: {
        store: { state: 'readonly', reason: 'the disk is full' },
        notes: ['no database'],
      } as unknown as Facts['server'],
      exploited: 1,
    }),
  );
  expect(needs.map(({ text }) => text)).toEqual([
    'The store is readonly',
    'A vulnerability that is known to be exploited has a fix',
    'no database',
  ]);
});
