import { AppError } from '@lanner/core';
import type { ArtifactFile, FileInfo } from '../analyzer.ts';

export const maxWholeFileBytes = 64 * 2 ** 20;

/** A file whose bytes are in memory. */
export function memoryFile(info: FileInfo, bytes: Buffer): ArtifactFile {
  return {
    path: info.path,
    size: bytes.length,
    mode: info.mode,
    bytes: () => bytes,
    text: () => utf8(bytes),
    read: (offset, length) => bytes.subarray(offset, offset + length),
  };
}

/** A file that is read in parts from somewhere else: `readInto` fills a buffer as far as the file goes. */
export function distantFile(
  info: FileInfo,
  readInto: (buffer: Buffer, offset: number) => Buffer,
): ArtifactFile {
  function countAt(offset: number, length: number): number {
    return Math.max(0, Math.min(length, info.size - offset));
  }
  function read(offset: number, length: number): Buffer {
    return readInto(Buffer.allocUnsafe(countAt(offset, length)), offset);
  }
  /** Not more than the file has: to find out where it ends would take another call. */
  function readWithin(buffer: Buffer, offset: number): Buffer {
    return readInto(buffer.subarray(0, countAt(offset, buffer.length)), offset);
  }
  function bytes(): Buffer {
    if (info.size > maxWholeFileBytes) {
      throw new AppError('artifact.limit', `the file has more than ${maxWholeFileBytes} bytes`);
    }
    return read(0, info.size);
  }
  return { ...info, bytes, text: () => utf8(bytes()), read, readInto: readWithin };
}

function utf8(bytes: Buffer): string {
  const marked = bytes.length >= 3 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  return bytes.toString('utf8', marked ? 3 : 0);
}
