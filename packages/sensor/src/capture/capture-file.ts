import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { AppError } from '@lanner/core';
import { CaptureWriter } from './writer.ts';

export interface CaptureFileOptions {
  /** Compress with gzip. Default true. */
  readonly gzip?: boolean;
  /** 1 (fast) to 9 (small). Default 6. */
  readonly level?: number;
}

/**
 * A capture that is written to a file. Writing is synchronous into memory; while `isFull`, await `drained` before more,
 * which keeps the memory bounded. Only `close` makes the file complete.
 */
export class CaptureFile {
  readonly writer: CaptureWriter;
  readonly #path: string;
  readonly #input: Writable;
  readonly #done: Promise<void>;
  #failure: unknown = null;
  #isFull = false;

  constructor(path: string, { gzip = true, level = 6 }: CaptureFileOptions = {}) {
    this.#path = path;
    const file = createWriteStream(path);
    const fail = (error: unknown): void => {
      this.#failure ??= error;
    };
    this.#done = finished(file).catch(fail);
    if (gzip) {
      const compressor = createGzip({ level });
      compressor.on('error', fail);
      // The compressor would wait for a file that is no longer there.
      file.on('error', (error) => compressor.destroy(error));
      compressor.pipe(file);
      this.#input = compressor;
    } else {
      this.#input = file;
    }
    this.writer = new CaptureWriter((bytes) => {
      if (!this.#input.destroyed) {
        this.#isFull = !this.#input.write(bytes);
      }
    });
  }

  get isFull(): boolean {
    return this.#isFull;
  }

  /** Resolves when the file has caught up. Throws `file.write`. */
  async drained(): Promise<void> {
    if (this.#isFull && !this.#input.destroyed) {
      await Promise.race([once(this.#input, 'drain').catch(keepQuiet), this.#done]);
    }
    this.#isFull = false;
    this.#check();
  }

  /** Writes what waits and closes the file. Throws `file.write`. */
  async close(): Promise<void> {
    this.writer.end();
    if (!this.#input.destroyed) {
      this.#input.end();
    }
    await this.#done;
    this.#check();
  }

  #check(): void {
    if (this.#failure !== null) {
      throw new AppError('file.write', `The file ${this.#path} cannot be written`, {
        cause: this.#failure,
        details: { path: this.#path },
      });
    }
  }
}

// A failure of the stream is kept by `fail` and thrown by `#check`.
function keepQuiet(): void {
  return undefined;
}
