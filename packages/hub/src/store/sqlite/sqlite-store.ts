import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { backup as copyDatabase, DatabaseSync } from 'node:sqlite';
import { Worker } from 'node:worker_threads';
import { AppError, ClockGuard, type Log } from '@lanner/core';
import type { Retention, Store, StoreHealth } from '../store.ts';
import { diskBytes } from './usage.ts';
import { asStoreError, isDamage } from './connection.ts';
import { isDamagedContent } from './damage.ts';
import type { StoreLock } from './lock.ts';
import { prepareDatabase } from './prepare.ts';
import { portsOf, type StorePorts } from './ports.ts';
import type { ReaderMethods } from './reader.ts';
import { ThreadClient } from './rpc.ts';
import { schemaVersion } from './schema.ts';
import { threadFile } from './thread-file.ts';
import type { ThreadSettings } from './worker.ts';
import type { WriterMethods } from './writer.ts';

export interface SqliteStoreParts {
  readonly path: string;
  readonly lock: StoreLock;
  readonly log: Log;
  readonly now: () => number;
  readonly monotonicMs: () => number;
  readonly retention: Retention;
  readonly segmentRows: number;
  /** What the clock showed when the store was last tidied up; null for a new one. */
  readonly lastMs: number | null;
}

/** Young generations that are collected often, and no more than a thread needs. */
const heaps = {
  write: { maxYoungGenerationSizeMb: 4, maxOldGenerationSizeMb: 192 },
  read: { maxYoungGenerationSizeMb: 4, maxOldGenerationSizeMb: 192 },
} as const;

/** So often is a disk that took nothing asked whether it is back. */
const retryMs = 2000;

/** Looking through everything takes a while: so often at most, after the last time. */
const mendEveryMs = 60_000;

type Health = Pick<StoreHealth, 'state' | 'reason'>;

interface Threads {
  readonly workers: readonly Worker[];
  readonly writer: ThreadClient<WriterMethods>;
  readonly reader: ThreadClient<ReaderMethods>;
}

/** The store as the server sees it: asks the two threads, and knows how they are. */
export class SqliteStore implements Store {
  readonly #parts: SqliteStoreParts;
  readonly #ports: StorePorts;
  readonly #clock: ClockGuard;
  #threads: Threads;
  #health: Health = { state: 'ok', reason: '' };
  #refusedWrites = 0;
  #retry: NodeJS.Timeout | null = null;
  #mending: Promise<void> | null = null;
  #mendingContent: Promise<boolean> | null = null;
  #mendAgainMs = -Infinity;
  readonly #closing = new AbortController();

  private constructor(parts: SqliteStoreParts) {
    this.#parts = parts;
    this.#clock = new ClockGuard(parts);
    this.#threads = this.#startThreads();
    this.#ports = portsOf({
      write: (name, ...args) => this.#write(() => this.#threads.writer.call(name, ...args)),
      read: (name, ...args) => this.#read(() => this.#threads.reader.call(name, ...args)),
      now: parts.now,
    });
  }

  static start(parts: SqliteStoreParts): SqliteStore {
    return new SqliteStore(parts);
  }

  get alerts(): Store['alerts'] {
    return this.#ports.alerts;
  }

  get deliveries(): Store['deliveries'] {
    return this.#ports.deliveries;
  }

  get findings(): Store['findings'] {
    return this.#ports.findings;
  }

  get evidence(): Store['evidence'] {
    return this.#ports.evidence;
  }

  get documents(): Store['documents'] {
    return this.#ports.documents;
  }

  get audit(): Store['audit'] {
    return this.#ports.audit;
  }

  async health(): Promise<StoreHealth> {
    const numbers = await this.#threads.reader.call('numbers').catch(() => ({ alerts: 0, counters: {} }));
    const counters: Readonly<Record<string, number | undefined>> = numbers.counters;
    const { state, reason } = this.#health;
    return {
      state,
      reason: reason === '' ? this.#clock.reason : reason,
      bytes: diskBytes(this.#parts.path),
      alerts: numbers.alerts,
      removedByAge: counters['removed_by_age'] ?? 0,
      removedBySize: counters['removed_by_size'] ?? 0,
      removedFindings: counters['findings_removed'] ?? 0,
      damaged: counters['damaged'] ?? 0,
      refusedWrites: this.#refusedWrites,
      schemaVersion,
    };
  }

  async maintain(nowMs: number): Promise<void> {
    const keepAge = this.#clock.stepped(nowMs);
    await this.#write(() => this.#threads.writer.call('maintain', nowMs, keepAge));
  }

  async backup(folder: string): Promise<void> {
    try {
      mkdirSync(folder, { mode: 0o700 });
    } catch (cause) {
      throw new AppError('file.write', `${folder} could not be made: ${(cause as Error).message}`, {
        cause,
        hint: 'Give a folder that does not exist, in one that does.',
      });
    }
    const source = new DatabaseSync(this.#parts.path, { readOnly: true, timeout: 5000 });
    try {
      // Pages that are written meanwhile would make it begin anew: all at once is one moment.
      await copyDatabase(source, join(folder, 'store.db'), { rate: 1_000_000_000 });
    } finally {
      source.close();
    }
  }

  check(): Promise<readonly string[]> {
    return this.#ready().then(() => this.#threads.reader.call('check'));
  }

  async close(): Promise<void> {
    this.#closing.abort();
    clearTimeout(this.#retry ?? undefined);
    await this.#mending;
    await this.#stopThreads();
    this.#parts.lock.release();
  }

  /** A method, as it may be so after every wait. */
  #isClosing(): boolean {
    return this.#closing.signal.aborted;
  }

  async #ready(): Promise<void> {
    await this.#mending;
  }

  /** What meets something damaged is asked again when that is mended. */
  async #read<T>(call: () => Promise<T>): Promise<T> {
    await this.#ready();
    try {
      return await call();
    } catch (error) {
      if (!isDamagedContent(error) || !(await this.#mendContent())) {
        throw error;
      }
      return call();
    }
  }

  /** False when nothing was found to mend. */
  #mendContent(): Promise<boolean> {
    const { log, monotonicMs } = this.#parts;
    if (this.#mendingContent === null && (this.#isClosing() || monotonicMs() < this.#mendAgainMs)) {
      return Promise.resolve(false);
    }
    this.#mendingContent ??= this.#lookThrough()
      .catch((error: unknown) => {
        log.error('damaged parts of the store could not be mended', { reason: String(error) });
        return false;
      })
      .finally(() => {
        this.#mendAgainMs = monotonicMs() + mendEveryMs;
        this.#mendingContent = null;
      });
    return this.#mendingContent;
  }

  async #lookThrough(): Promise<boolean> {
    const { log } = this.#parts;
    await this.#ready();
    const { writer, reader } = this.#threads;
    log.warn('something in the store is damaged; all of it is looked through');
    const { parts, lost } = await writer.call('mend');
    await reader.call('forget');
    if (parts.length > 0) {
      log.error('damaged parts of the store were made anew or set aside', {
        lost,
        parts: parts.length,
        first: parts.slice(0, 5).join(', '),
      });
    }
    return parts.length > 0;
  }

  /** Remembers whether the disk takes what is written. */
  async #write<T>(call: () => Promise<T>): Promise<T> {
    await this.#ready();
    try {
      const result = await call();
      if (this.#health.state !== 'ok') {
        this.#parts.log.info('store takes writes again');
        this.#health = { state: 'ok', reason: '' };
      }
      return result;
    } catch (error) {
      this.#degrade(error);
      throw error;
    }
  }

  #degrade(error: unknown): void {
    if (
      !(error instanceof AppError) ||
      isDamagedContent(error) ||
      !['store.full', 'store.readonly', 'store.failed'].includes(error.code)
    ) {
      return;
    }
    this.#refusedWrites++;
    // What is being mended says so already.
    if (this.#mending !== null || this.#health.state === 'failed') {
      return;
    }
    const reason = `${error.message}. ${error.hint ?? ''}`.trim();
    if (this.#health.reason !== reason) {
      this.#parts.log.error('store does not take writes', { code: error.code, reason });
    }
    this.#health = { state: 'degraded', reason };
    this.#retryLater();
  }

  /** Nobody may send for a while: that the disk is back is noticed all the same. */
  #retryLater(): void {
    if (this.#retry !== null || this.#isClosing()) {
      return;
    }
    this.#retry = setTimeout(() => {
      this.#retry = null;
      this.#write(() => this.#threads.writer.call('touch')).catch(() => this.#retryLater());
    }, retryMs).unref();
  }

  #startThreads(): Threads {
    const { path, retention, segmentRows, now } = this.#parts;
    const workers: Worker[] = [];
    const start = <Methods>(role: ThreadSettings['role']): ThreadClient<Methods> => {
      const workerData: ThreadSettings = { role, path, retention, segmentRows };
      const worker = new Worker(threadFile(), { workerData, resourceLimits: heaps[role] });
      const client = new ThreadClient<Methods>(worker, now, (damage) => {
        if (damage === 'file') {
          this.#mend();
        } else {
          void this.#mendContent();
        }
      });
      worker.on('error', (error: Error) => this.#lose(client, error));
      worker.on('exit', () => client.fail(new AppError('store.failed', 'The store is closed')));
      workers.push(worker);
      return client;
    };
    return { workers, writer: start<WriterMethods>('write'), reader: start<ReaderMethods>('read') };
  }

  /**
   * A thread ends by itself where the file is damaged before it is open: that is mended. Anything else is a bug, or out
   * of memory: nothing more is stored, and that is said.
   */
  #lose<Methods>(client: ThreadClient<Methods>, error: Error): void {
    this.#parts.log.error('thread of the store ended', { reason: error.message });
    if (isDamage(error)) {
      client.fail(asStoreError(error, this.#parts.path) as Error);
      this.#mend();
      return;
    }
    this.#health = {
      state: 'failed',
      reason: `A thread of the store ended: ${error.message}. Restart the server.`,
    };
    client.fail(new AppError('store.failed', this.#health.reason, { cause: error }));
  }

  /** Sets the damaged database aside and goes on with what can be read of it. */
  #mend(): void {
    if (this.#isClosing() || this.#mending !== null) {
      return;
    }
    const { path, log, now } = this.#parts;
    clearTimeout(this.#retry ?? undefined);
    this.#retry = null;
    this.#health = { state: 'degraded', reason: 'The store is damaged and is being mended.' };
    this.#mending = (async () => {
      await this.#stopThreads();
      await prepareDatabase(path, { log, nowMs: now(), damaged: true, signal: this.#closing.signal });
      this.#threads = this.#startThreads();
      this.#health = { state: 'ok', reason: '' };
    })()
      .catch((error: unknown) => {
        if (this.#isClosing()) {
          return;
        }
        const reason = error instanceof Error ? error.message : String(error);
        log.error('store could not be mended; it is tried again in a minute', { reason });
        this.#health = {
          state: 'failed',
          reason: `The store is damaged and could not be mended: ${reason}. It needs as much room again. Make room, or restore a backup.`,
        };
        this.#retry ??= setTimeout(() => {
          this.#retry = null;
          this.#mend();
        }, mendEveryMs).unref();
      })
      .finally(() => {
        this.#mending = null;
      });
  }

  async #stopThreads(): Promise<void> {
    const { workers, writer, reader } = this.#threads;
    for (const client of [reader, writer]) {
      await client.call('stop').catch(() => undefined);
    }
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}
