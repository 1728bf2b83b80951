import { concatBytes, uint } from '@lanner/engine/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { passedDescriptors } from './control-messages.ts';

function message(type: number, ...values: number[]): Uint8Array {
  const length = 16 + 4 * values.length;
  const padding = new Uint8Array((8 - (length % 8)) % 8);
  return concatBytes(
    uint(length, 8),
    uint(1, 4),
    uint(type, 4),
    ...values.map((value) => uint(value, 4)),
    padding,
  );
}

test('finds the descriptors among the control messages', () => {
  expect(passedDescriptors(concatBytes(message(1, 5, 6, 7), message(2, 9), message(1, 8)))).toEqual([
    5, 6, 7, 8,
  ]);
});

test('a message that says to be longer than it is ends the list', () => {
  expect(passedDescriptors(concatBytes(message(1, 5), message(1, 6).subarray(0, 18)))).toEqual([5]);
  expect(passedDescriptors(concatBytes(uint(3, 8), uint(1, 4), uint(1, 4)))).toEqual([]);
});

test('no bytes are too odd', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) =>
      passedDescriptors(bytes).every(Number.isInteger),
    ),
  );
});
