import { join } from 'node:path';
import { AppError, type Log } from '@lanner/core';
import { makeFolder } from '@lanner/core/disk';
import type { Retention, Store } from '../store.ts';
import { lockStore } from './lock.ts';
import { lastClockMs, prepareDatabase } from './prepare.ts';
import { segmentRows } from './sealer.ts';
import { SqliteStore } from './sqlite-store.ts';

export interface SqliteStoreOptions {
  /** Made when it does not exist. */
  readonly folder: string;
  readonly retention?: Partial<Retention>;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
  /** Milliseconds that go on evenly, whatever becomes of the clock. */
  readonly monotonicMs?: () => number;
  /** Alerts that are packed into a segment; less than the default is for tests. */
  readonly segmentRows?: number;
  readonly log: Log;
  /** Told when the store is damaged and is mended before it opens, which takes a while. */
  readonly onDamage?: () => void;
  /** Ends the mending; default: nothing does. */
  readonly signal?: AbortSignal;
}

/** What is kept when nobody says otherwise. */
export const defaultRetention: Retention = { maxAgeMs: 30 * 86_400_000, maxBytes: 2 ** 30 };

function makeStoreFolder(folder: string): void {
  try {
    makeFolder(folder, { mode: 0o700 });
  } catch (cause) {
    throw new AppError('store.readonly', (cause as Error).message, {
      cause,
      hint: 'Look at the disk and its permissions, or give another data folder.',
    });
  }
}

/**
 * Opens the store in a folder. Throws AppError 'store.locked' when another process has it, 'store.version' when a later
 * version wrote it, 'store.full' and 'store.readonly' by the disk. What is damaged is set aside and mended; rejects with
 * the signal's reason when that is aborted meanwhile.
 */
export async function openSqliteStore(options: SqliteStoreOptions): Promise<Store> {
  const { folder, log, now = () => Date.now(), monotonicMs = () => performance.now() } = options;
  makeStoreFolder(folder);
  const path = join(folder, 'store.db');
  const lock = lockStore(join(folder, 'lock.db'));
  try {
    const { onDamage, signal = new AbortController().signal } = options;
    await prepareDatabase(path, {
      ...{ log, nowMs: now(), signal },
      ...(onDamage === undefined ? {} : { onDamage }),
    });
    return SqliteStore.start({
      path,
      lock,
      log,
      now,
      monotonicMs,
      segmentRows: options.segmentRows ?? segmentRows,
      lastMs: lastClockMs(path),
      retention: { ...defaultRetention, ...options.retention },
    });
  } catch (error) {
    lock.release();
    throw error;
  }
}
