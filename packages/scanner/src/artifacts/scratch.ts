import { AppError } from '@lanner/core';
import { closeSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** The only folder that a scan writes in. Names of files in it never come from the artifact. */
export class Scratch {
  readonly folder: string;
  readonly #maxBytes: number;
  #bytes = 0;
  #next = 0;

  constructor(folder: string, maxBytes: number) {
    this.folder = folder;
    this.#maxBytes = maxBytes;
  }

  /** A new file to write and read. */
  create(): ScratchFile {
    const path = join(this.folder, `${process.pid}-${this.#next++}`);
    return new ScratchFile(path, (bytes) => this.#reserve(bytes));
  }

  #reserve(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes > this.#maxBytes) {
      throw new AppError(
        'artifact.limit',
        `the files to look at need more than ${this.#maxBytes} bytes on disk`,
      );
    }
  }
}

export class ScratchFile {
  readonly #path: string;
  readonly #file: number;
  readonly #reserve: (bytes: number) => void;
  #size = 0;

  constructor(path: string, reserve: (bytes: number) => void) {
    this.#path = path;
    this.#reserve = reserve;
    this.#file = openSync(path, 'wx+', 0o600);
  }

  get size(): number {
    return this.#size;
  }

  append(bytes: Buffer): void {
    this.#reserve(bytes.length);
    for (let at = 0; at < bytes.length;) {
      at += writeSync(this.#file, bytes, at, bytes.length - at, this.#size + at);
    }
    this.#size += bytes.length;
  }

  readInto(buffer: Buffer, offset: number): Buffer {
    return fillFrom(this.#file, buffer, offset);
  }

  remove(): void {
    this.#reserve(-this.#size);
    closeSync(this.#file);
    rmSync(this.#path, { force: true });
  }
}

/** `length` bytes of an open file from `offset`, fewer at its end. */
export function readAt(file: number, offset: number, length: number): Buffer {
  return fillFrom(file, Buffer.allocUnsafe(length), offset);
}

/** As much of a buffer as an open file fills from `offset`; its first `known` bytes are there already. */
export function fillFrom(file: number, buffer: Buffer, offset: number, known = 0): Buffer {
  let at = known;
  while (at < buffer.length) {
    const count = readSync(file, buffer, at, buffer.length - at, offset + at);
    if (count === 0) {
      break;
    }
    at += count;
  }
  return buffer.subarray(0, at);
}
