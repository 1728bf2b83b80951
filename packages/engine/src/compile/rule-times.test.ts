import { expect, test } from 'vitest';
import type { EventView } from '../event.ts';
import { eventTable } from '../event-table.ts';
import { defineFields } from '../field.ts';
import { parseCondition } from '../lang/parser.ts';
import type { Plan } from '../plan.ts';
import { resolveCondition } from '../resolve/condition.ts';
import { createFieldLookup } from '../resolve/lookup.ts';
import type { RuleSampling } from './rule-times.ts';
import { compileRuleset } from './ruleset.ts';

let clockMs = 0;
/** A field that takes so many microseconds to read. */
const slow = (name: string, micros: number) => ({
  name,
  type: 'CHARBUF' as const,
  doc: 'Text.',
  extract: () => {
    clockMs += micros / 1000;
    return 'x';
  },
});
const fields = createFieldLookup([
  defineFields({
    id: 'test',
    doc: 'Fields of tests.',
    sources: 'all',
    fields: [slow('t.shared', 10), slow('t.own', 30), slow('t.quick', 1), slow('t.stuck', 1000)],
  }),
]);

function rule(name: string, condition: string) {
  const parsed = parseCondition(condition);
  const resolved = parsed.ok ? resolveCondition(parsed.expr, { fields, source: 'syscall' }) : parsed;
  if (!resolved.ok) {
    throw new Error(resolved.message);
  }
  const plan: Plan = resolved.plan;
  return { name, source: 'syscall', plan, eventIds: new Set([3]) };
}

const event = { cache: new Map(), type: 3, source: 'syscall', info: eventTable[3] } as unknown as EventView;

/** Draws that repeat, and the clock that only fields move. */
function sampling(every = 4): RuleSampling {
  let state = 1;
  return {
    every,
    clockMs: () => clockMs,
    random: () => {
      state = (state * 48_271) % 2_147_483_647;
      return state / 2_147_483_647;
    },
  };
}

function timed(rules: ReturnType<typeof rule>[], events: number, matching: 'first' | 'all' = 'first') {
  const ruleset = compileRuleset(rules, matching, sampling());
  const fired: string[] = [];
  for (let turn = 0; turn < events; turn++) {
    ruleset.match(event, ({ name }) => fired.push(name));
  }
  return { times: ruleset.times(), fired };
}

test('each rule pays what it does, and its part of what rules share', () => {
  const { times, fired } = timed(
    [
      rule('a', 't.shared = y'),
      rule('b', 't.shared = y and t.own = y or t.own = z'),
      rule('c', 't.quick = y'),
    ],
    40_000,
  );
  expect(fired).toEqual([]);
  const of = (name: string): number => (times?.ruleNs.get(name) ?? 0) / (times?.probed ?? 1);
  // Who is asked first pays: rule a after c and before b in two of three turns.
  expect(of('a')).toBeGreaterThan(5000);
  expect(of('b')).toBeGreaterThan(31_000);
  expect(of('c')).toBeCloseTo(1000, -1);
  expect(of('a') + of('b') + of('c')).toBeCloseTo(41_000, -2);
  expect((times?.eventNs ?? 0) / (times?.events ?? 1)).toBeCloseTo(41_000, -2);
});

test('about one of so many events is timed, half of them as a whole', () => {
  const { times } = timed([rule('a', 't.quick = y')], 40_000);
  const { events = 0, probed = 0 } = times ?? {};
  expect(Math.abs(events - probed)).toBeLessThanOrEqual(1);
  expect(events + probed).toBeGreaterThan(9000);
  expect(events + probed).toBeLessThan(11_000);
});

test('what was interrupted is not counted', () => {
  const { times } = timed([rule('a', 't.stuck = y'), rule('b', 't.quick = y')], 1000);
  expect(times).toMatchObject({ events: 0, eventNs: 0 });
  expect([...(times?.ruleNs.keys() ?? [])]).toEqual(['b']);
});

test.each(['first', 'all'] as const)('timed rules match as others do: %s', (matching) => {
  const rules = [rule('a', 't.quick = y'), rule('b', 't.quick = x'), rule('c', 't.own = x')];
  const { fired } = timed(rules, 100, matching);
  expect(fired).toHaveLength(matching === 'first' ? 100 : 200);
  expect(compileRuleset(rules).times()).toBeNull();
});
