import { expect, test } from 'vitest';
import { fuzzSecretConfig } from './config.fuzz.ts';

test('damaged files of own secret rules are refused or used', () => {
  const { inputs, refused } = fuzzSecretConfig(1000, 1);
  expect(inputs).toBe(1000);
  expect(refused).toBeGreaterThan(100);
  expect(refused).toBeLessThan(inputs);
});
