import { expect, test } from 'vitest';
import { fuzzPackageUrls } from './purl.fuzz.ts';

test('damaged package URLs are refused or printed so that they are read as the same', () => {
  const { inputs, refused } = fuzzPackageUrls(2000, 1);
  expect(inputs).toBeGreaterThanOrEqual(2000);
  expect(refused).toBeGreaterThan(0);
  expect(refused).toBeLessThan(inputs);
});
