import { expect, test } from 'vitest';
import { BoundedCache } from './bounded-cache.ts';

test('a full cache forgets the oldest entry and counts it', () => {
  const cache = new BoundedCache<number, string>(3);
  const made: number[] = [];
  const make = (key: number): string => {
    made.push(key);
    return `v${key}`;
  };
  for (const key of [1, 2, 3, 1, 4, 1]) {
    expect(cache.get(key, make)).toBe(`v${key}`);
  }
  expect(made).toEqual([1, 2, 3, 4, 1]);
  expect(cache.evictions).toBe(2);
});
