import { expect, test } from 'vitest';
import { balancers } from './kafka-balancers.ts';

function chosen(name: string, lengths: readonly number[]): number[] {
  const balancer = balancers[name]?.();
  return lengths.map((length) => balancer?.(3, length) ?? NaN);
}

test.each([
  ['round_robin', [0, 1, 2, 0]],
  ['crc32_random', [0, 1, 2, 0]],
  ['murmur2_random', [0, 1, 2, 0]],
  ['crc32', [0, 0, 0, 0]],
  // 275646681 modulo 3.
  ['murmur2', [0, 0, 0, 0]],
  ['least_bytes', [0, 1, 2, 1]],
])('%s', (name, wanted) => {
  expect(chosen(name, [5, 1, 9, 1])).toEqual(wanted);
});
