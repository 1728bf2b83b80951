import { createReadStream } from 'node:fs';
import { pipeline, Readable, type TransformOptions } from 'node:stream';
import { constants, createGunzip, type Gunzip, type ZlibOptions } from 'node:zlib';
import { AppError } from '@lanner/core';
import { formatError } from './capture-error.ts';

/** A path, or the bytes of a capture as they come, compressed or not. */
export type CaptureSource = string | AsyncIterable<Uint8Array>;

/** What is read from a file at once. */
const fileChunkBytes = 256 * 1024;
/** What is inflated at once: at 64 KiB the calls between thread pool and main thread cost twice as much time. */
const inflatedChunkBytes = 256 * 1024;
/** Chunks that are inflated in the thread pool while earlier ones are worked on. */
const chunksAhead = 4;

/**
 * The decompressed bytes of a capture, chunk by chunk. Gzip is told by its magic number; it may have several members,
 * and may end early, which is for the reader of the chunks to judge. A chunk belongs to the caller.
 * Throws `file.read` when the source cannot be read, and `capture.format` where gzip data is damaged, after all that
 * could be inflated before (from a path to the last byte; from other sources but for the last few hundred KiB).
 * `onCompression` is told what the source is, before the first chunk.
 */
export async function* captureChunks(
  source: CaptureSource,
  onCompression?: (isGzip: boolean) => void,
): AsyncGenerator<Uint8Array, void> {
  const path = typeof source === 'string' ? source : null;
  const input = openSource(source);
  try {
    const head = await readHead(input);
    const isGzip = head[0] === 0x1f && head[1] === 0x8b;
    onCompression?.(isGzip);
    if (input.readableEnded) {
      yield head;
    } else {
      input.unshift(head);
      yield* isGzip ? inflate(input, path) : readableChunks(input);
    }
  } catch (error) {
    throw toReadError(error, path);
  } finally {
    input.destroy();
  }
}

function openSource(source: CaptureSource): Readable {
  return typeof source === 'string'
    ? createReadStream(source, { highWaterMark: fileChunkBytes })
    : Readable.from(source, { objectMode: false });
}

async function* readableChunks(input: Readable): AsyncGenerator<Uint8Array, void> {
  // A binary stream gives Buffers.
  yield* input as AsyncIterable<Uint8Array>;
}

/** The first chunk, of two bytes at least unless the input is shorter. */
async function readHead(input: Readable): Promise<Buffer> {
  let head: Buffer = Buffer.alloc(0);
  for await (const chunk of input.iterator({ destroyOnReturn: false })) {
    // A binary stream gives Buffers.
    head = head.length === 0 ? (chunk as Buffer) : Buffer.concat([head, chunk as Buffer]);
    if (head.length >= 2) {
      break;
    }
  }
  return head;
}

async function* inflate(input: Readable, path: string | null): AsyncGenerator<Uint8Array, void> {
  const gunzip = openGunzip();
  let inflated = 0;
  try {
    pipeline(input, gunzip, ignoreOutcome);
    for await (const chunk of readableChunks(gunzip)) {
      inflated += chunk.length;
      yield chunk;
    }
  } catch (error) {
    if (!isDataError(error)) {
      throw error;
    }
    // The stream drops what it had inflated when the error came up.
    for await (const chunk of path === null ? [] : inflateRest(path, gunzip.bytesWritten, inflated)) {
      inflated += chunk.length;
      yield chunk;
    }
    throw damagedGzip(error, inflated);
  } finally {
    gunzip.destroy();
  }
}

function openGunzip(): Gunzip {
  // The stream's own options go through as well; the types of node:zlib leave them out.
  const options: ZlibOptions & TransformOptions = {
    chunkSize: inflatedChunkBytes,
    highWaterMark: chunksAhead * inflatedChunkBytes,
    // Falco takes gzip data that ends early for the end of the file.
    finishFlush: constants.Z_SYNC_FLUSH,
  };
  return createGunzip(options);
}

/**
 * Inflates a damaged file again: the first `sound` bytes at once, the rest one by one until it fails. Gives what comes
 * after the first `delivered` bytes.
 */
async function* inflateRest(
  path: string,
  sound: number,
  delivered: number,
): AsyncGenerator<Uint8Array, void> {
  const gunzip = openGunzip();
  const inflated: Buffer[] = [];
  gunzip.on('data', (chunk: Buffer) => inflated.push(chunk));
  gunzip.on('error', ignoreOutcome);
  let toSkip = delivered;
  let read = 0;
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: fileChunkBytes })) {
      const bytes = chunk as Buffer;
      for (let at = 0; at < bytes.length && !gunzip.destroyed;) {
        const step = Math.max(1, Math.min(bytes.length - at, sound - read));
        await write(gunzip, bytes.subarray(at, at + step));
        at += step;
        read += step;
        for (const piece of inflated.splice(0)) {
          const skipped = Math.min(toSkip, piece.length);
          toSkip -= skipped;
          if (skipped < piece.length) {
            yield piece.subarray(skipped);
          }
        }
      }
      if (gunzip.destroyed) {
        return;
      }
    }
  } finally {
    gunzip.destroy();
  }
}

/** Resolves when the bytes have been inflated or could not be. */
function write(gunzip: Gunzip, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      gunzip.off('close', done);
      resolve();
    };
    gunzip.once('close', done);
    gunzip.write(bytes, done);
  });
}

// Errors of a stream reach its reader as well.
function ignoreOutcome(): void {
  return undefined;
}

function isDataError(error: unknown): boolean {
  return errorCode(error).startsWith('Z_');
}

function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

function damagedGzip(cause: unknown, offset: number): AppError {
  const { message } = formatError('its gzip data cannot be inflated');
  return new AppError('capture.format', `${message} (at byte ${offset})`, {
    cause,
    details: { offset, zlib: errorCode(cause) },
  });
}

function toReadError(error: unknown, path: string | null): unknown {
  if (error instanceof AppError) {
    return path === null ? error : withPath(error, path);
  }
  if (path !== null && errorCode(error) !== '') {
    return new AppError('file.read', `The file ${path} cannot be read`, {
      cause: error,
      details: { path, code: errorCode(error) },
    });
  }
  return error;
}

/** The same error with the capture's path in its details. */
export function withPath(error: AppError, path: string): AppError {
  return new AppError(error.code, error.message, {
    cause: error.cause,
    hint: error.hint,
    details: { path, ...error.details },
  });
}
