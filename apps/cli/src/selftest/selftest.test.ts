import { describe, expect, test } from 'vitest';
import { loadProgram } from '../detect/rule-program.ts';
import { behaviours } from './behaviours.ts';
import { programOf } from './main.ts';
import { type Observation, reportJson, reportText } from './report.ts';

// Holds for every behaviour, also for those that will be written later.
describe.each(behaviours.map((behaviour) => [behaviour.id, behaviour] as const))('%s', (id, behaviour) => {
  test('has a rule that loads, wants events of its own, and speaks to the reader', () => {
    const { set } = loadProgram(programOf([behaviour]));
    expect(set.results.flatMap(({ errors }) => errors)).toEqual([]);
    expect(set.results.flatMap(({ warnings }) => warnings)).toEqual([]);
    // Few of all types: the rule names what it waits for.
    expect(set.enabled[0]?.eventIds.size).toBeLessThan(40);
    expect(behaviour.doc).toMatch(/^[A-Z].*\.$/);
    expect(id).toMatch(/^[a-z0-9-]+$/);
  });
});

test('ids are unique', () => {
  expect(new Set(behaviours.map(({ id }) => id)).size).toBe(behaviours.length);
});

const observations: Observation[] = [
  { id: 'a', family: 'files', doc: 'A.', latencyMs: 1.234 },
  { id: 'b', family: 'files', doc: 'B.', latencyMs: 30 },
  { id: 'c', family: 'files', doc: 'C.', latencyMs: null },
];

test('what was not seen makes the report fail; latencies are those of what was', () => {
  expect(reportJson(observations)).toMatchObject({
    ok: false,
    seen: 2,
    missing: ['c'],
    latencyMs: { p50: 1.23, p99: 30 },
  });
  expect(reportJson([])).toMatchObject({ ok: true, latencyMs: { p50: null, p99: null } });
  expect(reportText(observations, false)).toContain('2 behaviours were seen, 1 were not');
  expect(reportText(observations.slice(0, 2), false)).toContain('All 2 behaviours were seen');
});
