import { expect, test } from 'vitest';
import { combinedEvaluation } from './evaluation.ts';

test('machines count as much as they were timed', () => {
  const combined = combinedEvaluation([
    { events: 300, nsPerEvent: 100, rules: [{ rule: 'a', share: 1 }] },
    {
      ...{ events: 100, nsPerEvent: 500 },
      rules: [
        { rule: 'b', share: 0.75 },
        { rule: 'a', share: 0.25 },
      ],
    },
    { events: 0, nsPerEvent: 0, rules: [] },
  ]);
  expect(combined).toMatchObject({ events: 400, nsPerEvent: 200, machines: 2 });
  expect(combined?.shares.get('a')).toBeCloseTo(42_500 / 80_000);
  expect(combined?.shares.get('b')).toBeCloseTo(37_500 / 80_000);
});

test('nothing timed is nothing told', () => {
  expect(combinedEvaluation([])).toBeNull();
  expect(combinedEvaluation([{ events: 0, nsPerEvent: 5, rules: [] }])).toBeNull();
  expect(
    combinedEvaluation([{ events: 1, nsPerEvent: 0, rules: [{ rule: 'a', share: 1 }] }])?.shares.size,
  ).toBe(0);
});
