import { expect, test } from 'vitest';
import { fuzzScanSettings } from './settings.fuzz.ts';

test('settings of a scan are refused, or have values of their types', () => {
  const { inputs, refused } = fuzzScanSettings(1000, 1);
  expect(inputs).toBe(1000);
  expect(refused).toBeGreaterThan(100);
  expect(refused).toBeLessThan(900);
});
