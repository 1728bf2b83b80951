import { AppError } from '@lanner/core';
import type { Transform } from 'node:stream';
import { createGunzip, createInflateRaw, createZstdDecompress } from 'node:zlib';
import { gzipHeaderLength, isGzip } from './gzip-header.ts';
import { PackedInput } from './packed-input.ts';
import { ReadyChunks } from './ready-chunks.ts';

export interface UnpackOptions {
  /** What is unpacked at a time, in another thread: more than buffers share. */
  readonly chunkSize: number;
  /** The unpacked bytes are compared with a digest, so that nobody needs the checksum that gzip has of them. */
  readonly isChecked: boolean;
}

/** What the end of a gzip member has: its checksum and size. */
const gzipTrailer = 8;
/**
 * Parts that a chunk is looked at in. Behind each the unpacker is given its next work, so that it does not wait until a
 * whole chunk was looked at.
 */
const partBytes = 2 ** 17;

/**
 * What a source packs with gzip or zstd, or what it is. Each chunk is valid until the next is asked for: its memory is
 * then given back. Throws AppError 'artifact.parse' for damage.
 */
export async function* unpack(
  source: AsyncIterable<Buffer>,
  { chunkSize, isChecked }: UnpackOptions,
): AsyncGenerator<Buffer> {
  const input = new PackedInput(source);
  const options = { chunkSize, readableHighWaterMark: chunkSize };
  try {
    const head = await input.peek(4);
    if (isGzip(head)) {
      const headerLength = isChecked ? gzipHeaderLength(head) : null;
      if (headerLength !== null) {
        await input.skip(headerLength);
        yield* unpacked(input, createInflateRaw(options), chunkSize);
        if (!(await hasMoreMembers(input))) {
          return;
        }
      }
      yield* unpacked(input, createGunzip(options), chunkSize);
    } else if (isZstd(head)) {
      yield* unpacked(input, createZstdDecompress(options), chunkSize);
    } else {
      for (let chunk = await input.next(); chunk !== null; chunk = await input.next()) {
        yield chunk;
      }
    }
  } finally {
    await input.close();
  }
}

/** A zstd frame, or a frame that zstd skips. */
function isZstd(head: Buffer): boolean {
  return (
    head.length >= 4 && (head.readUInt32LE(0) === 0xfd2fb528 || (head.readUInt32LE(0) & ~0xf) === 0x184d2a50)
  );
}

/** Behind the content of a member; zeros that fill up the file are none. */
async function hasMoreMembers(input: PackedInput): Promise<boolean> {
  if (!(await input.skip(gzipTrailer))) {
    throw new AppError('artifact.parse', 'the layer is damaged: unexpected end of file');
  }
  const [next = 0] = await input.peek(1);
  return next !== 0;
}

type Unpacker = Transform & { readonly bytesWritten: number };

/** What comes out of an unpacker until it has enough or there is no more. */
async function* unpacked(input: PackedInput, unpacker: Unpacker, chunkSize: number): AsyncGenerator<Buffer> {
  const ready = new ReadyChunks(unpacker, chunkSize);
  try {
    const fed = feed(input, unpacker);
    let last: Buffer | null = null;
    for (let chunk = await ready.next(); chunk !== null; chunk = await ready.next()) {
      for (let at = 0; at < chunk.length; at += partBytes) {
        yield chunk.subarray(at, at + partBytes);
        await othersTurn();
      }
      giveBack(chunk, chunkSize);
      last = chunk;
    }
    await fed;
    // The end is seldom that of a chunk, but nothing is written behind it any more.
    giveBackAll(last, chunkSize);
  } catch (error) {
    throw unpackError(error);
  } finally {
    unpacker.destroy();
  }
}

function othersTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

/**
 * Writes one chunk after the other: the source may use its memory again. What the unpacker did not want is put back.
 * Errors come out of the stream.
 */
async function feed(input: PackedInput, unpacker: Unpacker): Promise<void> {
  let fed = 0;
  try {
    for (let chunk = await input.next(); chunk !== null; chunk = await input.next()) {
      fed += chunk.length;
      const isOpen = await isTaken(chunk, unpacker);
      const left = fed - unpacker.bytesWritten;
      if (!isOpen || left > 0) {
        input.putBack(chunk.subarray(chunk.length - left));
        return;
      }
    }
    unpacker.end();
  } catch (error) {
    unpacker.destroy(error as Error);
  }
}

/** Waits until the bytes are used; false when the stream has ended before, which then never says so of them. */
function isTaken(chunk: Buffer, unpacker: Unpacker): Promise<boolean> {
  return new Promise((resolve, reject) => {
    if (unpacker.destroyed) {
      resolve(false);
      return;
    }
    const onClose = (): void => resolve(false);
    unpacker.once('close', onClose);
    unpacker.once('end', onClose);
    unpacker.write(chunk, (error) => {
      unpacker.off('close', onClose);
      unpacker.off('end', onClose);
      if (error) {
        reject(error);
      } else {
        resolve(true);
      }
    });
  });
}

/**
 * Frees the memory of a chunk that nobody looks at any more: waiting for the garbage collector costs some fifty
 * megabytes. Streams hand out the end of a buffer last, so the parts before it are done with, too.
 */
function giveBack(chunk: Buffer, chunkSize: number): void {
  if (chunk.byteOffset + chunk.length === chunk.buffer.byteLength) {
    giveBackAll(chunk, chunkSize);
  }
}

function giveBackAll(chunk: Buffer | null, chunkSize: number): void {
  const buffer = chunk?.buffer;
  if (buffer instanceof ArrayBuffer && buffer.byteLength >= chunkSize) {
    buffer.transfer(0);
  }
}

function unpackError(error: unknown): unknown {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  const damage =
    code.startsWith('Z_') || code.startsWith('ZSTD_') || code === 'ERR_TRAILING_JUNK_AFTER_STREAM_END';
  if (error instanceof AppError || !damage) {
    return error;
  }
  return new AppError('artifact.parse', `the layer is damaged: ${(error as Error).message}`, {
    cause: error,
  });
}
