import { expect, test } from 'vitest';
import { fuzzFeeds } from './feeds.fuzz.ts';

test('feeds count damaged files as imported or rejected', () => {
  const { inputs, refused } = fuzzFeeds(900, 1);
  expect(inputs).toBeGreaterThanOrEqual(900);
  expect(refused).toBeGreaterThan(0);
  expect(refused).toBeLessThan(inputs);
});
