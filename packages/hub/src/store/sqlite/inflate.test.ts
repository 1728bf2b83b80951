import { zstdCompressSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { contentSize, inflate, release } from './inflate.ts';

test.each([0, 1, 63, 255, 256, 257, 65_791, 65_792, 300_000, 5_000_000])(
  'a frame of %i bytes is unpacked, and says its size',
  (size) => {
    const bytes = Buffer.alloc(size, 'abc');
    const packed = zstdCompressSync(bytes);
    expect(contentSize(packed)).toBe(size);
    expect(inflate(packed).equals(bytes)).toBe(true);
  },
);

test('what is no frame, or a part of one, is an error', () => {
  const packed = zstdCompressSync(Buffer.alloc(1000, 'abc'));
  for (const bytes of [Buffer.alloc(0), Buffer.from('no frame'), packed.subarray(0, 12)]) {
    expect(() => inflate(bytes)).toThrow();
  }
});

test('large memory is given back at once, and what may be shared is left alone', () => {
  const [large, small] = [Buffer.from(zstdCompressSync(Buffer.alloc(100_000))), Buffer.from('small')];
  const unpacked = inflate(large);
  release(unpacked);
  release(small);
  expect(unpacked).toHaveLength(0);
  expect(small.toString()).toBe('small');
});
