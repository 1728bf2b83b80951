import { AppError } from '@lanner/core';
import { createHash } from 'node:crypto';
import type { Transform } from 'node:stream';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import type { ArtifactLimits } from './limits.ts';

/** Chunks that are unpacked, in another thread, while one is looked at. */
const chunksAhead = 4;

/** The bytes of a layer unpacked, and what they were found to be. */
export interface LayerStream {
  /** Each is valid until the next is asked for: its memory is then given back. */
  readonly chunks: AsyncIterable<Buffer>;
  /** `sha256:…` of what was read so far. */
  readonly digest: () => string;
}

/**
 * Unpacks a layer as it streams by, gzip, zstd or plain by its first bytes. Throws AppError 'artifact.parse' for damage
 * and 'artifact.limit' for what unpacks to too much. `chunkSize` is what comes out at a time: more than buffers share.
 */
export function layerStream(
  compressed: AsyncIterable<Buffer>,
  limits: ArtifactLimits,
  chunkSize = 2 ** 19,
): LayerStream {
  const hash = createHash('sha256');
  async function* chunks(): AsyncGenerator<Buffer> {
    const counter = { compressed: 0 };
    let unpacked = 0;
    for await (const chunk of unpack(counted(compressed, counter), chunkSize)) {
      unpacked += chunk.length;
      checkSize(unpacked, counter.compressed, limits);
      hash.update(chunk);
      yield chunk;
    }
  }
  return { chunks: chunks(), digest: () => `sha256:${hash.copy().digest('hex')}` };
}

async function* counted(
  source: AsyncIterable<Buffer>,
  counter: { compressed: number },
): AsyncGenerator<Buffer> {
  for await (const chunk of source) {
    counter.compressed += chunk.length;
    yield chunk;
  }
}

async function* unpack(source: AsyncIterable<Buffer>, chunkSize: number): AsyncGenerator<Buffer> {
  const iterator = source[Symbol.asyncIterator]();
  const head = await startOf(iterator);
  const unpacker = unpackerFor(head, chunkSize);
  const whole = rest(head, iterator);
  if (unpacker === null) {
    yield* whole;
    return;
  }
  // One that comes after the first has ended the loop below is told nobody, and must not end the program.
  unpacker.on('error', () => undefined);
  try {
    const fed = feed(whole, unpacker);
    for await (const chunk of unpacker as AsyncIterable<Buffer>) {
      yield chunk;
      giveBack(chunk, chunkSize);
    }
    await fed;
  } catch (error) {
    throw unpackError(error);
  } finally {
    unpacker.destroy();
    await whole.return(undefined);
  }
}

/** Writes one chunk after the other: the source may use its memory again. Errors come out of the stream. */
async function feed(source: AsyncIterable<Buffer>, unpacker: Transform): Promise<void> {
  try {
    for await (const chunk of source) {
      if (!(await isTaken(chunk, unpacker))) {
        return;
      }
    }
    unpacker.end();
  } catch (error) {
    unpacker.destroy(error as Error);
  }
}

/** Waits until the bytes are used; false when the stream has ended before, which then never says so of them. */
function isTaken(chunk: Buffer, unpacker: Transform): Promise<boolean> {
  return new Promise((resolve, reject) => {
    if (unpacker.destroyed) {
      resolve(false);
      return;
    }
    const onClose = (): void => resolve(false);
    unpacker.once('close', onClose);
    unpacker.write(chunk, (error) => {
      unpacker.off('close', onClose);
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
function giveBack({ buffer, byteOffset, length }: Buffer, chunkSize: number): void {
  if (
    buffer instanceof ArrayBuffer &&
    buffer.byteLength >= chunkSize &&
    byteOffset + length === buffer.byteLength
  ) {
    buffer.transfer(0);
  }
}

/** At least the four bytes that tell the formats apart, if there are so many. */
async function startOf(iterator: AsyncIterator<Buffer>): Promise<Buffer> {
  let head: Buffer = Buffer.alloc(0);
  while (head.length < 4) {
    // The memory of what came before may be used again.
    head = Buffer.from(head);
    const next = await iterator.next();
    if (next.done === true) {
      break;
    }
    head = head.length === 0 ? next.value : Buffer.concat([head, next.value]);
  }
  return head;
}

async function* rest(head: Buffer, iterator: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  try {
    if (head.length > 0) {
      yield head;
    }
    for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) {
      yield next.value;
    }
  } finally {
    await iterator.return?.();
  }
}

function unpackerFor(head: Buffer, chunkSize: number): Transform | null {
  const options = { chunkSize, readableHighWaterMark: chunksAhead * chunkSize };
  if (head[0] === 0x1f && head[1] === 0x8b) {
    return createGunzip(options);
  }
  // A zstd frame, or a frame that zstd skips.
  const zstd =
    head.length >= 4 && (head.readUInt32LE(0) === 0xfd2fb528 || (head.readUInt32LE(0) & ~0xf) === 0x184d2a50);
  return zstd ? createZstdDecompress(options) : null;
}

function checkSize(unpacked: number, compressed: number, limits: ArtifactLimits): void {
  if (unpacked > limits.layer) {
    throw new AppError('artifact.limit', `the layer unpacks to more than ${limits.layer} bytes`);
  }
  if (unpacked > limits.ratioFrom && unpacked > compressed * limits.ratio) {
    throw new AppError('artifact.limit', `the layer unpacks to more than ${limits.ratio} times its size`);
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
