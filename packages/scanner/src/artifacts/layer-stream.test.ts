import { createHash, randomFillSync } from 'node:crypto';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { layerStream } from './layer-stream.ts';
import { defaultLimits } from './limits.ts';

const content = randomFillSync(Buffer.alloc(5 * 2 ** 20 + 12_345));
const half = 2 ** 21;

/** Pieces that all use the same memory, as files are read. */
async function* pieces(bytes: Buffer, size: number, onEnd: () => void = () => undefined) {
  const memory = Buffer.alloc(size);
  try {
    for (let at = 0; at < bytes.length; at += size) {
      await Promise.resolve();
      yield memory.subarray(0, bytes.copy(memory, 0, at, at + size));
    }
  } finally {
    onEnd();
  }
}

describe.each([
  ['plain', content],
  ['gzip', gzipSync(content)],
  [
    'gzip of several members',
    Buffer.concat([content.subarray(0, half), content.subarray(half)].map((part) => gzipSync(part))),
  ],
  ['zstd', zstdCompressSync(content)],
])('%s', (_form, packed) => {
  test.each([3, 1000, 2 ** 20])('comes out whole from pieces of %i bytes', async (size) => {
    const bytes = size === 3 ? packed.subarray(0, 3000) : packed;
    const { chunks, digest } = layerStream(pieces(bytes, size), defaultLimits);
    const kept: Buffer[] = [];
    try {
      for await (const chunk of chunks) {
        kept.push(Buffer.from(chunk));
      }
    } catch (error) {
      // Only the start was given.
      expect([size, (error as Error).message]).toEqual([3, expect.stringContaining('damaged')]);
    }
    const whole = Buffer.concat(kept);
    expect(whole.equals(content.subarray(0, whole.length))).toBe(true);
    expect(size === 3 || whole.length === content.length).toBe(true);
    expect(digest()).toBe(`sha256:${createHash('sha256').update(whole).digest('hex')}`);
  });

  test('closes its source when nobody wants more', async () => {
    let closed = 0;
    const { chunks } = layerStream(
      pieces(packed, 1000, () => closed++),
      defaultLimits,
    );
    for await (const chunk of chunks) {
      expect(chunk.length).toBeGreaterThan(0);
      break;
    }
    expect(closed).toBe(1);
  });
});

test('an error of the source comes out', async () => {
  async function* broken(): AsyncGenerator<Buffer> {
    await Promise.resolve();
    yield gzipSync(content).subarray(0, 100_000);
    throw new Error('the disk is gone');
  }
  const { chunks } = layerStream(broken(), defaultLimits);
  await expect(Array.fromAsync(chunks)).rejects.toThrow('the disk is gone');
});
