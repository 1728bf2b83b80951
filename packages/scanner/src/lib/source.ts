import { AppError } from '@lanner/core';
import { fstatSync, readSync } from 'node:fs';

/** Bytes that are read in parts: a file of an artifact, or a member of an archive. */
export interface ByteSource {
  readonly size: number;
  /** At most `length` bytes from `offset`; the buffer is valid until the next read. */
  readonly read: (offset: number, length: number) => Buffer;
}

/** Bytes in memory as a source. */
export function sourceOf(bytes: Uint8Array): ByteSource {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return {
    size: buffer.length,
    read: (offset, length) => buffer.subarray(Math.min(offset, buffer.length), offset + length),
  };
}

/** An open file as a source; whoever opened it closes it. */
export function fileSourceOf(descriptor: number): ByteSource {
  const { size } = fstatSync(descriptor);
  const shared = Buffer.allocUnsafeSlow(256 * 1024);
  return {
    size,
    read(offset, length) {
      const wanted = Math.max(0, Math.min(length, size - offset));
      // Small parts share one buffer, so that an archive of many members leaves no garbage.
      const buffer = wanted <= shared.length ? shared.subarray(0, wanted) : Buffer.allocUnsafeSlow(wanted);
      let done = 0;
      while (done < buffer.length) {
        const count = readSync(descriptor, buffer, done, buffer.length - done, offset + done);
        if (count === 0) {
          break;
        }
        done += count;
      }
      return buffer.subarray(0, done);
    },
  };
}

/** A part of a source that does not reach over the end of it. */
export function slicedSource({ size, read }: ByteSource, start: number, length: number): ByteSource {
  const end = Math.min(size, start + length);
  return {
    size: Math.max(0, end - start),
    read: (offset, wanted) => read(start + offset, Math.max(0, Math.min(wanted, end - start - offset))),
  };
}

/** Exactly `length` bytes; throws AppError 'artifact.parse' where the source ends before. */
export function readExactly(source: ByteSource, offset: number, length: number): Buffer {
  if (!Number.isSafeInteger(offset) || offset < 0 || length < 0 || offset + length > source.size) {
    throw damaged('a part reaches over the end', { offset, length, size: source.size });
  }
  const bytes = source.read(offset, length);
  if (bytes.length < length) {
    throw damaged('a part reaches over the end', { offset, length, size: source.size });
  }
  return bytes;
}

/** The error of a parser of binary files. */
export function damaged(problem: string, details: Readonly<Record<string, unknown>> = {}): AppError {
  return new AppError('artifact.parse', `The file is damaged: ${problem}`, { details: { ...details } });
}

/**
 * The source with a window in front: parts that lie near each other are read at once. Parts of half a window and
 * more go past it.
 */
export function windowed(source: ByteSource, window = 256 * 1024): ByteSource {
  let start = 0;
  let held: Buffer = Buffer.alloc(0);
  return {
    size: source.size,
    read(offset, length) {
      if (length > window / 2) {
        return source.read(offset, length);
      }
      if (offset < start || offset + length > start + held.length) {
        start = offset;
        // A copy, because the source may use its buffer for something else.
        held = Buffer.from(source.read(offset, Math.min(window, Math.max(0, source.size - offset))));
      }
      return held.subarray(offset - start, offset - start + length);
    },
  };
}
