import { makeFolder } from '@lanner/core/disk';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { SpoolStats } from '@lanner/api';
import { AppError, ClockGuard, type Log } from '@lanner/core';
import { type ReadLimits, SpoolCursor } from './cursor.ts';
import { inspect, tellDamage, withoutEmpty } from './inspection.ts';
import type { SpoolItem, SpoolRecord } from './record.ts';
import {
  type AppendFile,
  createFile,
  numberJump,
  readSegments,
  type Segment,
  segmentName,
} from './segment.ts';
import { readState, type SpoolState, writeState } from './state-file.ts';
import { SpoolWriter } from './writer.ts';

export interface SpoolOptions {
  readonly folder: string;
  /** Bytes of all segments; beyond, the oldest goes. */
  readonly maxBytes: number;
  /** What is older goes unsent. */
  readonly maxAgeMs: number;
  readonly now: () => number;
  /** Milliseconds that go on evenly, whatever becomes of the clock. */
  readonly monotonicMs?: () => number;
  readonly log: Log;
  /** 16 hexadecimal digits that nobody else draws. */
  readonly newId: () => string;
  readonly createFile?: (path: string) => Promise<AppendFile>;
}

const largestSegment = 4 * 2 ** 20;
const saveEveryMs = 1000;
const stateName = 'spool.json';
const untouched = {
  acknowledged: 0,
  reserved: 0,
  closedAt: null,
  droppedBySize: 0,
  droppedByAge: 0,
  damaged: 0,
  counted: {},
} as const;

/**
 * What an agent keeps on disk until the server has it: segments of records with checksums, to which is only appended.
 * Appended means synced. Bounded by bytes and age: the oldest segment goes first, and what went unsent is counted.
 */
export class Spool {
  readonly #options: SpoolOptions;
  readonly #segments: Segment[];
  readonly #writer: SpoolWriter;
  readonly #cursor = new SpoolCursor();
  readonly #clock: ClockGuard;
  #state: SpoolState;
  #savedMs = -Infinity;
  #wake: () => void = () => undefined;
  #changed: Promise<void>;

  private constructor(
    options: SpoolOptions,
    segments: Segment[],
    numbers: { readonly next: number; readonly last: number },
    state: SpoolState,
  ) {
    this.lastBefore = numbers.next - 1;
    this.#options = options;
    this.#segments = segments;
    this.#state = state;
    this.#changed = this.#newChange();
    const { monotonicMs = () => performance.now(), log } = options;
    this.#clock = new ClockGuard({ log, monotonicMs, lastMs: segments.at(-1)?.newestMs ?? null });
    const segmentBytes = Math.min(largestSegment, Math.max(4096, Math.floor(options.maxBytes / 8)));
    this.#writer = new SpoolWriter(
      {
        segmentBytes,
        now: options.now,
        createFile: options.createFile ?? createFile,
        pathOf: (first) => join(options.folder, segmentName(first)),
        onSegment: (segment) => {
          this.#segments.push(segment);
          this.#tidy();
        },
        onWritten: () => {
          this.#keepLimits();
          this.#wake();
          this.#changed = this.#newChange();
        },
      },
      numbers.next,
      numbers.last,
    );
  }

  /**
   * Opens a folder, which is made when it is not there. What is damaged is passed over, counted and told. Throws AppError
   * 'store.version' for a newer schema.
   */
  static open(options: SpoolOptions): Spool {
    const { folder, newId, log } = options;
    makeFolder(folder, { mode: 0o700 });
    const state = readState(join(folder, stateName)) ?? { ...untouched, id: newId() };
    const segments = readSegments(folder);
    const found = inspect(segments, state);
    tellDamage(found, folder, log);
    const last = Math.max(found.used, state.acknowledged, state.reserved);
    // Records that cannot be read any more may have been sent: their numbers are not used again. After a crash nobody
    // knows whether there were some.
    const isWhole = state.closedAt !== null && !found.isDamaged;
    const next = last + 1 + (isWhole ? 0 : numberJump);
    const spool = new Spool(
      options,
      withoutEmpty(segments),
      { next, last: found.last },
      {
        ...state,
        reserved: next - 1,
        closedAt: null,
        damaged: state.damaged + found.lost,
        counted: found.counted,
      },
    );
    spool.#save();
    return spool;
  }

  /** No record that an earlier process appended has a higher number. */
  readonly lastBefore: number;

  get id(): string {
    return this.#state.id;
  }

  /** No record has a higher number. */
  get last(): number {
    return this.#writer.last;
  }

  get acknowledged(): number {
    return this.#state.acknowledged;
  }

  /**
   * Resolves with the number of the last record when all are on disk; rejects with AppError 'store.full',
   * 'store.readonly', 'server.busy' or 'store.failed' when they are not.
   */
  append(items: readonly SpoolItem[]): Promise<number> {
    return this.#writer.append(items);
  }

  /** Records after what is acknowledged, in order; empty when none wait. Throws AppError 'file.read'. */
  async read(limits: ReadLimits): Promise<SpoolRecord[]> {
    try {
      return await this.#cursor.read([...this.#segments], this.#state.acknowledged, limits);
    } catch (error) {
      throw new AppError('file.read', `the spool cannot be read: ${(error as Error).message}`, {
        cause: error,
        hint: 'Check the disk.',
      });
    }
  }

  /** Resolves when something is appended after this call. */
  appended(): Promise<void> {
    return this.#changed;
  }

  /** The server has everything up to a number. */
  acknowledge(number: number): void {
    if (number > this.#state.acknowledged) {
      this.#state = { ...this.#state, acknowledged: number };
      this.#tidy();
      if (this.#options.now() - this.#savedMs >= saveEveryMs) {
        this.#save();
      }
    }
  }

  /**
   * Numbers everything anew under another id: for a spool that is older than what the server has of it (a restored
   * disk). What the server has of it already comes twice.
   */
  renew(): void {
    this.#state = { ...this.#state, id: this.#options.newId(), acknowledged: 0 };
    this.#save();
  }

  /** Lets go of what is too old; to be called now and then, also when nothing is appended. */
  async expire(): Promise<void> {
    const { now, maxAgeMs } = this.#options;
    const newest = this.#segments.at(-1);
    if (
      !this.#clock.stepped(now()) &&
      newest !== undefined &&
      unsentOf(newest, this.#state.acknowledged) > 0 &&
      newest.newestMs < now() - maxAgeMs
    ) {
      await this.#writer.roll();
    }
    this.#keepLimits();
  }

  stats(): SpoolStats {
    const { acknowledged, droppedBySize, droppedByAge, damaged } = this.#state;
    let waiting = 0;
    let bytes = 0;
    let oldestMs: number | null = null;
    for (const segment of this.#segments) {
      bytes += segment.bytes;
      const unsent = unsentOf(segment, acknowledged);
      waiting += unsent;
      oldestMs ??= unsent > 0 ? segment.oldestMs : null;
    }
    return { waiting, bytes, oldestMs, droppedBySize, droppedByAge, damaged };
  }

  async close(): Promise<void> {
    await this.#writer.close();
    this.#state = { ...this.#state, reserved: this.#writer.last, closedAt: this.#writer.lastOnDisk };
    this.#save();
  }

  #save(): void {
    const { folder, now, log } = this.#options;
    this.#savedMs = now();
    try {
      writeState(join(folder, stateName), this.#state);
    } catch (error) {
      // Without it more is sent again than need be; the records themselves are not touched.
      log.warn('state of the spool could not be written', { folder, reason: (error as Error).message });
    }
  }

  #newChange(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  /** Removes what the server has; the newest segment stays, since its name says which number comes next. */
  #tidy(): void {
    while (this.#segments.length > 1 && (this.#segments[0]?.last ?? 0) <= this.#state.acknowledged) {
      this.#removeOldest();
    }
  }

  #keepLimits(): void {
    const { maxBytes, maxAgeMs, now, log } = this.#options;
    const { droppedBySize, droppedByAge } = this.#state;
    // A clock that jumped ahead does not make records old.
    const horizon = this.#clock.stepped(now()) ? -Infinity : now() - maxAgeMs;
    let bytes = 0;
    for (const segment of this.#segments) {
      bytes += segment.bytes;
    }
    for (;;) {
      const [oldest] = this.#segments;
      // The newest is the one that is written to, or says which number comes next.
      if (oldest === undefined || this.#segments.length === 1) {
        break;
      }
      const isTooOld = oldest.newestMs < horizon;
      if (!isTooOld && bytes <= maxBytes) {
        break;
      }
      const unsent = unsentOf(oldest, this.#state.acknowledged);
      this.#state = isTooOld
        ? { ...this.#state, droppedByAge: this.#state.droppedByAge + unsent }
        : { ...this.#state, droppedBySize: this.#state.droppedBySize + unsent };
      bytes -= oldest.bytes;
      this.#removeOldest();
    }
    const bySize = this.#state.droppedBySize - droppedBySize;
    const byAge = this.#state.droppedByAge - droppedByAge;
    if (bySize + byAge > 0) {
      log.error('spool is full: the oldest records were dropped', {
        bySize,
        byAge,
        hint: 'Bring the server back, or give more room with --spool-mib and --spool-days.',
      });
      this.#save();
    }
  }

  #removeOldest(): void {
    const oldest = this.#segments.shift();
    if (oldest === undefined) {
      return;
    }
    try {
      rmSync(oldest.path, { force: true });
    } catch (error) {
      // What is new matters more; with the next start it is tried again.
      this.#options.log.warn('a segment of the spool could not be removed', {
        path: oldest.path,
        reason: (error as Error).message,
      });
    }
  }
}

function unsentOf({ first, last, records }: Segment, acknowledged: number): number {
  return Math.max(0, Math.min(records, last - Math.max(acknowledged, first - 1)));
}
