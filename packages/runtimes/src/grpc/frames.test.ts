import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { framed, FrameReader } from './frames.ts';

test('messages come out as they went in, however they are cut', () => {
  fc.assert(
    fc.property(
      fc.array(fc.uint8Array({ maxLength: 40 })),
      fc.integer({ min: 1, max: 9 }),
      (messages, size) => {
        const bytes = Buffer.concat(messages.map((message) => framed(Buffer.from(message))));
        const found: Buffer[] = [];
        const reader = new FrameReader((message) => found.push(Buffer.from(message)));
        for (let at = 0; at < bytes.length; at += size) {
          reader.push(bytes.subarray(at, at + size));
        }
        expect(found).toEqual(messages.map((message) => Buffer.from(message)));
      },
    ),
  );
});

test.each([
  ['compressed', [1, 0, 0, 0, 0]],
  ['too long', [0, 0xff, 0, 0, 0]],
])('a message that is %s is refused before it is kept', (_, bytes) => {
  const reader = new FrameReader(() => undefined);
  expect(() => {
    reader.push(Buffer.from(bytes));
  }).toThrow('damaged message');
});
