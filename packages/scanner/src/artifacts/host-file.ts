import { unreadable } from '@lanner/core';
import { closeSync, constants, lstatSync, openSync, readSync, type Stats } from 'node:fs';
import type { ArtifactFile, FileInfo } from '../analyzer.ts';
import { distantFile } from './files.ts';
import { fillFrom } from './scratch.ts';

/** A file on disk. It is open from its first read until `rest`; later only while it is read. */
export function hostFile(info: FileInfo, path: string): { file: ArtifactFile; rest: () => void } {
  const source = new HostFile(path);
  return {
    file: distantFile(info, (buffer, offset) => source.readInto(buffer, offset)),
    rest: () => source.rest(),
  };
}

/** A file of which nobody knows yet whether it is read. */
export function restingFile(info: FileInfo, path: string): ArtifactFile {
  const { file, rest } = hostFile(info, path);
  rest();
  return file;
}

/** Throws AppError 'file.read'. */
export function statOf(path: string): Stats {
  try {
    return lstatSync(path);
  } catch (error) {
    throw asFileError(error, path);
  }
}

/** What the system said of a file, as AppError 'file.read'; anything else as it is. */
export function asFileError(error: unknown, path: string): unknown {
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (code === undefined || syscall === undefined) {
    return error;
  }
  return unreadable(path, error);
}

/**
 * What is read of a file first, whatever is asked for: analyzers look at its beginning before they look at more, and many
 * files are no longer.
 */
const headBytes = 8 * 1024;
/** One for all files: each is looked at by itself. */
const head = Buffer.alloc(headBytes);
let headLength = 0;
/** How many files had it. */
let heads = 0;

/** A file that is opened when it is first read: once for all analyzers that look at it now, and for each look later. */
class HostFile {
  readonly #path: string;
  #descriptor: number | null = null;
  #isResting = false;
  /** Its number among those that had the head. */
  #head = 0;

  constructor(path: string) {
    this.#path = path;
  }

  readInto(buffer: Buffer, offset: number): Buffer {
    try {
      // Neither a link that was put there meanwhile nor a pipe is waited for or followed.
      this.#descriptor ??= openSync(
        this.#path,
        constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK,
      );
      const isInHead = !this.#isResting && offset < headBytes;
      const known = isInHead ? this.#copyHead(this.#descriptor, buffer, offset) : 0;
      return known === buffer.length ? buffer : fillFrom(this.#descriptor, buffer, offset, known);
    } catch (error) {
      throw asFileError(error, this.#path);
    } finally {
      if (this.#isResting) {
        this.rest();
      }
    }
  }

  /** Copies what the head has from an offset on. Gives how many bytes. */
  #copyHead(descriptor: number, buffer: Buffer, offset: number): number {
    if (this.#head === 0 || this.#head !== heads) {
      headLength = readSync(descriptor, head, 0, headBytes, 0);
      this.#head = ++heads;
    }
    return offset < headLength ? head.copy(buffer, 0, offset, headLength) : 0;
  }

  /** From now on it is open only while it is read. */
  rest(): void {
    this.#isResting = true;
    if (this.#descriptor !== null) {
      closeSync(this.#descriptor);
      this.#descriptor = null;
    }
  }
}
