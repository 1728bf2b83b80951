import { expect, test } from 'vitest';
import { BoundedMap } from './bounded-map.ts';

test('remembers as much as it may, and counts what gave way', () => {
  const map = new BoundedMap<number, string>(3);
  for (let i = 0; i < 5; i++) {
    map.set(i, `value ${i}`);
  }
  expect([0, 1, 2, 3, 4].map((key) => map.get(key))).toEqual([
    undefined,
    undefined,
    'value 2',
    'value 3',
    'value 4',
  ]);
  expect(map.evicted).toBe(2);
});

test('a key that is set again takes no other place', () => {
  const map = new BoundedMap<string, number>(2);
  map.set('a', 1);
  map.set('b', 2);
  map.set('a', 3);
  expect([map.get('a'), map.get('b'), map.evicted]).toEqual([3, 2, 0]);
});
