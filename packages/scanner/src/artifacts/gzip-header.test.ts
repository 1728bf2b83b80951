import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { gzipHeaderLength } from './gzip-header.ts';

const packed = gzipSync('content');

/** A member with these flags and what they stand for. */
function member(flags: number, ...fields: Buffer[]): Buffer {
  const fixed = Buffer.from(packed.subarray(0, 10));
  fixed[3] = flags;
  return Buffer.concat([fixed, ...fields, packed.subarray(10)]);
}

test.each([
  ['nothing more', packed, 10],
  ['a name', member(8, Buffer.from('layer.tar\0')), 20],
  ['a comment', member(16, Buffer.from('\0')), 11],
  ['extra fields', member(4, Buffer.from([3, 0, 1, 2, 3])), 15],
  ['a checksum of the header', member(2, Buffer.from([1, 2])), 12],
  ['all of them', member(30, Buffer.from([1, 0, 9]), Buffer.from('a\0b\0'), Buffer.from([1, 2])), 19],
])('a header with %s has its length', (_what, bytes, length) => {
  expect(gzipHeaderLength(bytes)).toBe(length);
});

test.each([
  ['reserved flags', member(32)],
  ['another method', Buffer.from([0x1f, 0x8b, 7, 0, 0, 0, 0, 0, 0, 3, 0])],
  ['another format', Buffer.alloc(20)],
])('%s give none', (_what, bytes) => {
  expect(gzipHeaderLength(bytes)).toBeNull();
});

test('a header that goes on elsewhere gives none', () => {
  const whole = member(
    30,
    Buffer.from([200, 0, ...Array.from({ length: 200 }, () => 7)]),
    Buffer.from('name\0c\0xx'),
  );
  const length = gzipHeaderLength(whole) ?? 0;
  expect(length).toBe(10 + 202 + 7 + 2);
  for (let end = 0; end < length; end++) {
    expect(gzipHeaderLength(whole.subarray(0, end))).toBeNull();
  }
});
