import { expect, test } from 'vitest';
import { fuzzLockfiles } from './lockfiles.fuzz.ts';

test('parsers of lock files stand changed files', () => {
  const { inputs, refused } = fuzzLockfiles(300, 1);
  expect(inputs).toBeGreaterThanOrEqual(300);
  expect(refused).toBeGreaterThan(0);
});
