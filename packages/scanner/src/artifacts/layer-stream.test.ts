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

const packings: [string, Buffer][] = [
  ['plain', content],
  ['gzip', gzipSync(content)],
  [
    'gzip of several members',
    Buffer.concat([content.subarray(0, half), content.subarray(half)].map((part) => gzipSync(part))),
  ],
  ['gzip with zeros behind it', Buffer.concat([gzipSync(content), Buffer.alloc(700)])],
  ['zstd', zstdCompressSync(content)],
];

describe.each(
  packings.flatMap(([form, packed]) =>
    [false, true].map((isChecked) => [isChecked ? `checked ${form}` : form, packed, isChecked] as const),
  ),
)('%s', (_form, packed, isChecked) => {
  test.each([3, 10_000, 2 ** 20])('comes out whole from pieces of %i bytes', async (size) => {
    const bytes = size === 3 ? packed.subarray(0, 3000) : packed;
    const { chunks, digest } = layerStream(pieces(bytes, size), defaultLimits, { isChecked });
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
      { isChecked },
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

describe.each([false, true])('gzip, checked elsewhere: %s', (isChecked) => {
  async function unpacked(packed: Buffer): Promise<Buffer> {
    const { chunks } = layerStream(pieces(packed, 100_000), defaultLimits, { isChecked });
    const kept: Buffer[] = [];
    for await (const chunk of chunks) {
      kept.push(Buffer.from(chunk));
    }
    return Buffer.concat(kept);
  }

  test.each([1, 4, 8, 9])('that lacks its last %i bytes is damaged', async (missing) => {
    const packed = gzipSync(content);
    await expect(unpacked(packed.subarray(0, packed.length - missing))).rejects.toThrow(
      'the layer is damaged: unexpected end of file',
    );
  });

  test('followed by something else is damaged', async () => {
    await expect(unpacked(Buffer.concat([gzipSync(content), Buffer.from('more')]))).rejects.toThrow(
      'the layer is damaged: incorrect header check',
    );
  });

  test('with a name, a comment and further fields comes out', async () => {
    const small = Buffer.from('a layer');
    expect(await unpacked(withFields(gzipSync(small), { name: 'x.tar', extra: 3000 }))).toEqual(small);
  });
});

/** A gzip member whose header has more than it must. */
function withFields(packed: Buffer, { name, extra }: { name: string; extra: number }): Buffer {
  const header = Buffer.from(packed.subarray(0, 10));
  header[3] = 4 | 8 | 16;
  const length = Buffer.alloc(2);
  length.writeUInt16LE(extra);
  const texts = Buffer.from(`${name}\0a comment\0`);
  return Buffer.concat([header, length, Buffer.alloc(extra, 1), texts, packed.subarray(10)]);
}
