import { unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AppError } from '@lanner/core';
import { encodeRecord, maxPayloadBytes, recordHeaderBytes, type SpoolItem } from './record.ts';
import {
  type AppendFile,
  encodeSegmentHeader,
  type Segment,
  segmentHeaderBytes,
  syncFolder,
} from './segment.ts';

export interface WriterOptions {
  /** A segment that is longer is followed by another one. */
  readonly segmentBytes: number;
  readonly now: () => number;
  readonly createFile: (path: string) => Promise<AppendFile>;
  /** Path of the segment that begins with a number. */
  readonly pathOf: (first: number) => string;
  /** Told before a segment is begun, and after records are on disk. */
  readonly onSegment: (segment: Segment) => void;
  readonly onWritten: () => void;
}

interface Active {
  readonly segment: Segment;
  readonly file: AppendFile;
}

interface Waiting {
  readonly items: readonly (SpoolItem & { readonly bytes: Buffer })[];
  readonly size: number;
  readonly resolve: (last: number) => void;
  readonly reject: (error: unknown) => void;
}

/** Bytes that may wait for the disk. */
const maxWaitingBytes = 32 * 2 ** 20;
/** Bytes that share a sync, about. */
const maxCommitBytes = 2 ** 20;

/** Appends to the newest segment; what waits at the same time shares one sync. */
export class SpoolWriter {
  readonly #options: WriterOptions;
  #next: number;
  /** The last number that is on disk. */
  #last: number;
  #waiting: Waiting[] = [];
  #waitingBytes = 0;
  #running: Promise<void> | null = null;
  #active: Active | null = null;
  #rolls = false;

  constructor(options: WriterOptions, next: number, last: number) {
    this.#options = options;
    this.#next = next;
    this.#last = last;
  }

  get lastOnDisk(): number {
    return this.#last;
  }

  /** No record has a higher number. */
  get last(): number {
    return this.#next - 1;
  }

  /** Gives the number of the last record when all are on disk. */
  append(items: readonly SpoolItem[]): Promise<number> {
    const encoded = items.map((item) => ({ ...item, bytes: Buffer.from(item.payload) }));
    let size = 0;
    for (const { bytes } of encoded) {
      if (bytes.length > maxPayloadBytes) {
        return Promise.reject(tooLong(bytes.length));
      }
      size += bytes.length + recordHeaderBytes;
    }
    if (this.#waitingBytes > 0 && this.#waitingBytes + size > maxWaitingBytes) {
      return Promise.reject(
        new AppError('server.busy', 'the disk of the spool takes less than what comes', {
          hint: 'Give the agent a faster disk with --data, or fewer rules.',
        }),
      );
    }
    this.#waitingBytes += size;
    return new Promise((resolve, reject) => {
      this.#waiting.push({ items: encoded, size, resolve, reject });
      this.#running ??= this.#run();
    });
  }

  /** Starts a new segment, so that the one before can be removed. */
  async roll(): Promise<void> {
    this.#rolls = true;
    await this.append([]);
  }

  async close(): Promise<void> {
    await this.#running;
    await this.#closeActive();
  }

  async #run(): Promise<void> {
    // Lets what is appended in one turn of the event loop share a sync.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const batch = this.#nextBatch();
      try {
        const lasts = await this.#write(batch);
        batch.forEach(({ resolve }, index) => {
          resolve(lasts[index] as number);
        });
      } catch (error) {
        const told = asDiskError(error);
        batch.forEach(({ reject }) => {
          reject(told);
        });
        await this.#giveUpActive();
      }
      for (const { size } of batch) {
        this.#waitingBytes -= size;
      }
    }
    this.#running = null;
  }

  #nextBatch(): Waiting[] {
    let bytes = 0;
    let end = 0;
    while (end < this.#waiting.length && bytes < maxCommitBytes) {
      bytes += this.#waiting[end]?.size ?? 0;
      end++;
    }
    return this.#waiting.splice(0, end);
  }

  /** Gives the last number of each. */
  async #write(batch: readonly Waiting[]): Promise<number[]> {
    const { segment, file } = await this.#segmentToWrite();
    const atMs = this.#options.now();
    const chunks: Buffer[] = [];
    const lasts: number[] = [];
    let records = 0;
    for (const { items } of batch) {
      for (const { bytes, ...item } of items) {
        // A number is never used again, also when this fails.
        chunks.push(encodeRecord({ ...item, number: this.#next++, atMs }, bytes));
        records++;
      }
      lasts.push(this.#next - 1);
    }
    const bytes = Buffer.concat(chunks);
    await file.append(bytes);
    await file.sync();
    if (records > 0) {
      this.#last = this.#next - 1;
    }
    segment.oldestMs = segment.records === 0 ? atMs : Math.min(segment.oldestMs, atMs);
    segment.newestMs = segment.records === 0 ? atMs : Math.max(segment.newestMs, atMs);
    segment.last = this.#next - 1;
    segment.records += records;
    segment.bytes += bytes.length;
    this.#options.onWritten();
    return lasts;
  }

  async #segmentToWrite(): Promise<Active> {
    const active = this.#active;
    const rolls = this.#rolls;
    this.#rolls = false;
    if (active !== null) {
      const { records, bytes } = active.segment;
      // One without records is as good as a new one.
      if (records === 0 || (!rolls && bytes < this.#options.segmentBytes)) {
        return active;
      }
    }
    await this.#closeActive();
    return this.#begin();
  }

  async #begin(): Promise<Active> {
    const { createFile, pathOf, now, onSegment } = this.#options;
    // What an earlier try may have left has another name then.
    const first = this.#next++;
    const path = pathOf(first);
    const file = await createFile(path);
    try {
      await file.append(encodeSegmentHeader(first, this.#last, now()));
      await file.sync();
      await syncFolder(dirname(path));
    } catch (error) {
      await file.close();
      await unlink(path).catch(() => undefined);
      throw error;
    }
    this.#next = first;
    const nowMs = now();
    const segment = {
      path,
      first,
      last: first - 1,
      records: 0,
      bytes: segmentHeaderBytes,
      oldestMs: nowMs,
      newestMs: nowMs,
    };
    this.#active = { segment, file };
    onSegment(segment);
    return this.#active;
  }

  async #closeActive(): Promise<void> {
    const active = this.#active;
    this.#active = null;
    await active?.file.close();
  }

  /** After a failure nobody knows what of the last write is in the file: it is cut off, and not written to any more. */
  async #giveUpActive(): Promise<void> {
    const active = this.#active;
    this.#active = null;
    if (active !== null) {
      await active.file.truncate(active.segment.bytes).catch(() => undefined);
      await active.file.close().catch(() => undefined);
    }
  }
}

function tooLong(bytes: number): AppError {
  return new AppError('store.failed', `a record of ${bytes} bytes is longer than ${maxPayloadBytes}`);
}

function asDiskError(error: unknown): unknown {
  switch ((error as NodeJS.ErrnoException).code) {
    case 'ENOSPC':
    case 'EDQUOT':
    case 'EFBIG':
      return new AppError('store.full', 'The disk of the spool is full', {
        cause: error,
        hint: 'Make room, or give another folder with --data.',
      });
    case 'EROFS':
    case 'EACCES':
    case 'EPERM':
    case 'EIO':
      return new AppError('store.readonly', 'The disk of the spool cannot be written', {
        cause: error,
        hint: 'Check the file system, its mount options, and who owns the folder.',
      });
    case undefined:
      return error;
    default:
      return new AppError('store.failed', `The spool cannot be written: ${(error as Error).message}`, {
        cause: error,
        hint: 'Check that its folder is there, and the limits of the process.',
      });
  }
}
