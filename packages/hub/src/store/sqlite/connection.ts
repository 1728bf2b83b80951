import { rmSync, statfsSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { dirname, join } from 'node:path';
import { AppError } from '@lanner/core';
import { type Damage, isDamagedContent } from './damage.ts';

/** Kilobytes of pages that a connection keeps; the system's own cache does the rest. */
const cacheKb = { write: 6000, read: 3000 } as const;
const walPages = 2000;
const walBytes = 16 * 1024 * 1024;

/** Opens the database file for writing, or for reading only. */
export function connect(path: string, mode: 'write' | 'read'): DatabaseSync {
  const database = new DatabaseSync(path, { readOnly: mode === 'read', timeout: 5000 });
  if (mode === 'write') {
    // Only an empty file takes this.
    database.exec('PRAGMA auto_vacuum = INCREMENTAL');
    database.exec('PRAGMA journal_mode = WAL');
    // A commit is on disk when it returns.
    database.exec('PRAGMA synchronous = FULL');
    database.exec(`PRAGMA wal_autocheckpoint = ${walPages}; PRAGMA journal_size_limit = ${walBytes}`);
  }
  database.exec(`PRAGMA cache_size = -${cacheKb[mode]}; PRAGMA temp_store = MEMORY`);
  return database;
}

interface SqliteError extends Error {
  readonly code: 'ERR_SQLITE_ERROR';
  readonly errcode: number;
}

function isSqliteError(error: unknown): error is SqliteError {
  return error instanceof Error && (error as Partial<SqliteError>).code === 'ERR_SQLITE_ERROR';
}

const freeBytesNeeded = 1024 * 1024;

/** True for errors that mean that the file is damaged. */
export function isDamage(error: unknown): boolean {
  return isSqliteError(error) && [11, 26].includes(error.errcode & 255);
}

/** What an error says of damage; null for nothing. */
export function damageOf(error: unknown): Damage | null {
  if (isDamage(error)) {
    return 'file';
  }
  return isDamagedContent(error) ? 'content' : null;
}

/** What went wrong on disk as an AppError; anything else as it is. */
export function asStoreError(error: unknown, path: string): unknown {
  if (!isSqliteError(error)) {
    return error;
  }
  const code = error.errcode & 255;
  if (code === 13 || (code === 10 && freeBytes(path) < freeBytesNeeded)) {
    return new AppError('store.full', 'The disk of the store is full', {
      cause: error,
      hint: 'Make room, or lower how much is kept. What is sent again then is stored.',
    });
  }
  if (code === 8 || (code !== 11 && isReadOnly(path))) {
    return new AppError('store.readonly', 'The disk of the store cannot be written', {
      cause: error,
      hint: 'Look at why the file system is read-only, such as an error of the disk.',
    });
  }
  return new AppError('store.failed', `The store failed: ${error.message}`, {
    cause: error,
    hint: [11, 26].includes(code)
      ? 'The damaged store is set aside and mended.'
      : "Look at the disk; the system's log says more. What is sent again when it works is stored.",
  });
}

/** SQLite tells of a refused write as of any other failure: whether the disk takes nothing is tried. */
function isReadOnly(path: string): boolean {
  const trial = join(dirname(path), `.trial-${process.pid}`);
  try {
    writeFileSync(trial, '');
    rmSync(trial);
    return false;
  } catch (error) {
    return ['EROFS', 'EACCES', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '');
  }
}

function freeBytes(path: string): number {
  try {
    const { bavail, bsize } = statfsSync(dirname(path));
    return bavail * bsize;
  } catch {
    // The folder itself is gone: nothing can be written there.
    return 0;
  }
}
