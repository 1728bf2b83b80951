import { evaluationLimits } from '@lanner/api';
import { expect, test } from 'vitest';
import { ruleEvaluation } from './rule-evaluation.ts';

test('shares are of all that was timed, the costliest first', () => {
  const ruleNs = new Map([
    ['cheap', 100],
    ['d\u00c3\u00a9ar', 300],
  ]);
  expect(ruleEvaluation({ events: 4, eventNs: 1000, probed: 2, ruleNs })).toEqual({
    events: 4,
    nsPerEvent: 250,
    rules: [
      { rule: 'déar', share: 0.75 },
      { rule: 'cheap', share: 0.25 },
    ],
  });
});

test('it is bounded, and nothing before anything was timed', () => {
  const ruleNs = new Map(Array.from({ length: 1000 }, (_, index) => [`${index}${'x'.repeat(index)}`, index]));
  const { rules = [] } = ruleEvaluation({ events: 1, eventNs: 1, probed: 1, ruleNs }) ?? {};
  expect(rules).toHaveLength(evaluationLimits.rules);
  expect(rules.every(({ rule }) => rule.length <= evaluationLimits.name)).toBe(true);
  expect(ruleEvaluation(null)).toBeNull();
  expect(ruleEvaluation({ events: 0, eventNs: 0, probed: 3, ruleNs })).toBeNull();
  expect(ruleEvaluation({ events: 3, eventNs: 1, probed: 0, ruleNs: new Map() })).toBeNull();
});
