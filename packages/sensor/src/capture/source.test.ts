import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { AppError } from '@lanner/core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { seededRandom } from './seeded-random.ts';
import { captureChunks, type CaptureSource } from './source.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lanner-source-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Text that compresses about as well as captures do. */
function payload(length: number): Buffer {
  const random = seededRandom(7);
  const words = Array.from({ length: 500 }, () => random(2 ** 30).toString(36));
  let text = '';
  while (text.length < length) {
    text += `${words[random(words.length)] ?? ''} `;
  }
  return Buffer.from(text.slice(0, length));
}

function fileWith(bytes: Uint8Array): string {
  const path = join(folder, `${Math.abs(bytes.length)}-${Buffer.from(bytes.subarray(-4)).toString('hex')}`);
  writeFileSync(path, bytes);
  return path;
}

async function readAll(
  source: CaptureSource,
): Promise<{ bytes: Buffer; gzip: boolean | null; error: unknown }> {
  const chunks: Uint8Array[] = [];
  let gzip: boolean | null = null;
  let error: unknown = null;
  try {
    for await (const chunk of captureChunks(source, (isGzip) => (gzip = isGzip))) {
      chunks.push(chunk);
    }
  } catch (caught) {
    error = caught;
  }
  return { bytes: Buffer.concat(chunks), gzip, error };
}

async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) {
    await Promise.resolve();
    yield bytes.subarray(at, at + size);
  }
}

const plain = payload(1_000_000);
const compressed = gzipSync(plain);

test('a plain file comes as it is', async () => {
  const { bytes, gzip, error } = await readAll(fileWith(plain));
  expect([gzip, error, Buffer.compare(bytes, plain)]).toEqual([false, null, 0]);
});

test('a compressed file comes inflated', async () => {
  const { bytes, gzip, error } = await readAll(fileWith(compressed));
  expect([gzip, error, Buffer.compare(bytes, plain)]).toEqual([true, null, 0]);
});

test('so do the members of a file with several', async () => {
  const { bytes } = await readAll(fileWith(Buffer.concat([compressed, gzipSync(Buffer.from('tail'))])));
  expect(Buffer.compare(bytes, Buffer.concat([plain, Buffer.from('tail')]))).toBe(0);
});

test('bytes may come from anywhere and in any pieces', async () => {
  for (const size of [1, 1000]) {
    const part = compressed.subarray(0, 3000);
    const { bytes, gzip } = await readAll(pieces(part, size));
    expect(gzip).toBe(true);
    expect(Buffer.compare(bytes, plain.subarray(0, bytes.length))).toBe(0);
    expect(bytes.length).toBeGreaterThan(1000);
  }
  expect((await readAll(pieces(plain, 70_000))).bytes).toHaveLength(plain.length);
});

test.each([0, 1])('a file of %i bytes is plain', async (length) => {
  const { bytes, gzip, error } = await readAll(fileWith(plain.subarray(0, length)));
  expect([bytes.length, gzip, error]).toEqual([length, false, null]);
});

test('compressed data that ends early ends without an error, as in Falco', async () => {
  const { bytes, error } = await readAll(fileWith(compressed.subarray(0, compressed.length - 5000)));
  expect(error).toBeNull();
  expect(Buffer.compare(bytes, plain.subarray(0, bytes.length))).toBe(0);
  expect(bytes.length).toBeGreaterThan(plain.length / 2);
});

test('a wrong checksum is an error after all the data', async () => {
  const broken = Buffer.from(compressed);
  broken.writeUInt32LE(1, broken.length - 8);
  const { bytes, error } = await readAll(fileWith(broken));
  expect(bytes).toHaveLength(plain.length);
  expect(error).toBeInstanceOf(AppError);
  expect(error).toMatchObject({ code: 'capture.format', details: { offset: plain.length } });
});

test('damaged data is an error after what comes before the damage, whatever had been inflated ahead', async () => {
  const at = Math.floor(compressed.length * 0.7);
  const broken = Buffer.from(compressed);
  // Bits that no code of this stream survives for long.
  broken.fill(0xff, at, at + 64);
  const { bytes, error } = await readAll(fileWith(broken));
  expect(error).toMatchObject({ code: 'capture.format', details: { offset: bytes.length } });
  const sound = await readAll(fileWith(compressed.subarray(0, at)));
  expect(bytes.length).toBeGreaterThanOrEqual(sound.bytes.length);
  expect(Buffer.compare(bytes.subarray(0, sound.bytes.length), sound.bytes)).toBe(0);
});

test('damaged data from elsewhere than a file is an error, too', async () => {
  const broken = Buffer.from(compressed);
  broken.fill(0xff, 5000, 5064);
  const { bytes, error } = await readAll(pieces(broken, 4096));
  expect(error).toMatchObject({ code: 'capture.format' });
  expect(Buffer.compare(bytes, plain.subarray(0, bytes.length))).toBe(0);
});

test('a file that is not there is an error with its path', async () => {
  const path = join(folder, 'none.scap');
  expect((await readAll(path)).error).toMatchObject({ code: 'file.read', details: { path, code: 'ENOENT' } });
  expect((await readAll(folder)).error).toMatchObject({ code: 'file.read', details: { path: folder } });
});

test("an error of the bytes' own source is passed on", async () => {
  const failing = (async function* failing(): AsyncGenerator<Uint8Array> {
    yield compressed.subarray(0, 10);
    await Promise.resolve();
    throw new Error('no more');
  })();
  expect((await readAll(failing)).error).toMatchObject({ message: 'no more' });
});

test('a reader may stop early', async () => {
  for await (const chunk of captureChunks(fileWith(compressed))) {
    expect(chunk.length).toBeGreaterThan(0);
    break;
  }
});
