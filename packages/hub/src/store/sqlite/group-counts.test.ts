import { expect, test } from 'vitest';
import { GroupCounts } from './group-counts.ts';

test('counts the numbers of its stretch, and each is taken once', () => {
  const counts = new GroupCounts(10, 100, 5);
  expect(counts.end).toBe(15);
  counts.add(Uint32Array.of(9, 10, 14, 14, 15, 4_294_967_295));
  expect([counts.take(14), counts.take(14), counts.take(9), counts.take(15)]).toEqual([2, 0, 0, 0]);
  expect(counts.left()).toBe(1);
});

test.each([
  [0, 2, 3],
  [0, -1, 0],
  [8, 3, 8],
])('from %d to %d it ends before %d', (from, last, end) => {
  expect(new GroupCounts(from, last).end).toBe(end);
});
