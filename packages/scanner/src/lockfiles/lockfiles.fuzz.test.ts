import { expect, test } from 'vitest';
import { fuzzInstalled, fuzzLockfiles } from './lockfiles.fuzz.ts';

test('parsers of lock files stand changed files', () => {
  const { inputs, refused } = fuzzLockfiles(300, 1);
  expect(inputs).toBeGreaterThanOrEqual(300);
  expect(refused).toBeGreaterThan(0);
});

test('parsers of what is installed stand changed files', () => {
  const { inputs, refused } = fuzzInstalled(600, 1);
  expect(inputs).toBeGreaterThanOrEqual(600);
  expect(refused).toBeGreaterThan(0);
});
