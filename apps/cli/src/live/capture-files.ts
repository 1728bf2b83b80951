import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { createGzip, type Gzip } from 'node:zlib';
import type { Log } from '@lanner/core';
import type { RecordedPiece } from './recorder.ts';

interface OpenFile {
  readonly gzip: Gzip;
  readonly done: Promise<void>;
}

/** The files of captures that another thread writes: compressed here, so that it does not have to. */
export class CaptureFiles {
  /** Files that are complete. */
  readonly finished: string[] = [];
  /** Files that could not be written, with the reason. */
  readonly failed: { readonly path: string; readonly reason: string }[] = [];
  readonly #open = new Map<string, OpenFile>();
  readonly #log: Log;
  readonly #onWritten: (bytes: number) => void;

  /** `onWritten` is told of every piece that is no longer waiting. */
  constructor(log: Log, onWritten: (bytes: number) => void) {
    this.#log = log;
    this.#onWritten = onWritten;
  }

  take({ path, bytes, isFull }: RecordedPiece): void {
    const file = this.#open.get(path) ?? this.#openFile(path);
    if (bytes === null) {
      file.gzip.end();
      this.#log.info('capture is complete', { path, ...(isFull ? { reason: 'size limit' } : {}) });
      return;
    }
    // Called for a stream that has failed too: nothing waits then.
    file.gzip.write(bytes, () => {
      this.#onWritten(bytes.length);
    });
  }

  /** Resolves when all files are on disk. */
  async close(): Promise<void> {
    for (const { gzip } of this.#open.values()) {
      gzip.end();
    }
    await Promise.all([...this.#open.values()].map(({ done }) => done));
  }

  #openFile(path: string): OpenFile {
    const output = createWriteStream(path);
    const gzip = createGzip({ level: 1 });
    const done = finished(output).then(
      () => {
        this.finished.push(path);
      },
      (error: unknown) => {
        const reason = error instanceof Error ? error.message : String(error);
        this.failed.push({ path, reason });
        this.#log.error('capture cannot be written', { path, reason });
      },
    );
    output.on('error', () => gzip.destroy());
    // The output tells of the failure.
    gzip.on('error', () => undefined);
    gzip.pipe(output);
    const file = { gzip, done };
    this.#open.set(path, file);
    void done.then(() => this.#open.delete(path));
    return file;
  }
}
