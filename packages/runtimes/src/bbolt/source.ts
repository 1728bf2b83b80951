import { AppError } from '@lanner/core';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** Bytes that can be read in any order. */
export interface ByteSource {
  /** In bytes, when it was opened. */
  readonly size: number;
  /** Fills `target` from `offset`; gives how many bytes there were. */
  readonly read: (target: Uint8Array, offset: number) => number;
  readonly close: () => void;
}

/** A file on disk. Throws AppError 'file.read'. */
export function fileSource(path: string): ByteSource {
  try {
    const fd = openSync(path, 'r');
    return {
      size: fstatSync(fd).size,
      read: (target, offset) => readSync(fd, target, 0, target.length, offset),
      close: () => closeSync(fd),
    };
  } catch (error) {
    throw new AppError('file.read', `${path} cannot be read: ${(error as Error).message}`, { cause: error });
  }
}

/** Bytes in memory. */
export function memorySource(bytes: Uint8Array): ByteSource {
  return {
    size: bytes.length,
    read(target, offset) {
      const part = bytes.subarray(offset, offset + target.length);
      target.set(part);
      return part.length;
    },
    close: () => undefined,
  };
}
