import { expect, test } from 'vitest';
import { matchesWildcard } from './select.ts';

test.each([
  ['abc', 'abc', true],
  ['abc', 'abcd', false],
  ['*', '', true],
  ['**', 'abc', true],
  ['a*', 'abc', true],
  ['*c', 'abc', true],
  ['a*c', 'abc', true],
  ['a*b*c', 'aXbYc', true],
  ['a*b', 'ac', false],
  // Each piece is taken where it occurs first.
  ['*c', 'cabc', false],
  ['', '', true],
])('pattern %j and name %j: %s', (pattern, name, wanted) => {
  expect(matchesWildcard(pattern, name)).toBe(wanted);
});
