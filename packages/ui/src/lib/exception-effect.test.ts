import { expect, test } from 'vitest';
import { effectLines } from './exception-effect.ts';

test('an exception is told by what it is meant for, what else it hides, and what nobody knows', () => {
  expect(
    effectLines({
      ...{ hidden: 4112, kept: 1000, unknown: 3, examined: 5115, complete: true },
      chosen: { hidden: 4112, kept: 3, unknown: 3 },
    }),
  ).toEqual([
    'Of 4,118 alerts that you chose it would have hidden 4,112.',
    'Of the other 997 alerts of the rule: none.',
    'Of 3 alerts nothing can be said: they lack a field that it asks for.',
  ]);
  expect(
    effectLines({
      ...{ hidden: 3, kept: 1, unknown: 0, examined: 4, complete: false },
      chosen: { hidden: 1, kept: 0, unknown: 0 },
    }),
  ).toEqual([
    'Of the newest 1 alert that you chose it would have hidden 1.',
    'It would have hidden 2 of the other 3 alerts of the rule, too: name more fields to tell them apart.',
  ]);
  expect(
    effectLines({ ...{ hidden: 2, kept: 0, unknown: 0, examined: 2, complete: true }, chosen: null }),
  ).toEqual(['Of 2 alerts that you chose it would have hidden 2.', 'The rule raised no others.']);
});
