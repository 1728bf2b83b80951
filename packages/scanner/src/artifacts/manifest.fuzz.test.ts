import { expect, test } from 'vitest';
import { fuzzManifests } from './manifest.fuzz.ts';

test('damaged manifests are refused or describe whole layers', async () => {
  const { inputs, refused } = await fuzzManifests(2000, 1);
  expect(inputs).toBeGreaterThanOrEqual(2000);
  expect(refused).toBeGreaterThan(0);
  expect(refused).toBeLessThan(inputs);
});
