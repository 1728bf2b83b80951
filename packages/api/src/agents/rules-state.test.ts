import { expect, test } from 'vitest';
import { rulesStateOf } from './rules-state.ts';

const rules = { revision: 'a', unmatched: 0, refused: null };

test.each([
  ['own', null, 'a'],
  ['own', undefined, 'a'],
  ['own', rules, null],
  ['current', rules, 'a'],
  ['behind', rules, 'b'],
  ['behind', { ...rules, revision: null }, 'a'],
  ['refused', { ...rules, refused: { revision: 'b', reason: 'r' } }, 'b'],
  ['behind', { ...rules, refused: { revision: 'b', reason: 'r' } }, 'c'],
] as const)('is %s', (state, of, revision) => {
  expect(rulesStateOf(of, revision)).toBe(state);
});
