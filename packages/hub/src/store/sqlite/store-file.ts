import { existsSync, statSync } from 'node:fs';
import { backup, DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { AppError } from '@lanner/core';
import { checkDatabase, type CheckOptions } from './check.ts';
import { asStoreError, isDamage } from './connection.ts';
import { refuseNewer, versionOf } from './schema.ts';

/** What a look at the file of a store found. */
export interface StoreFileReport {
  /** Of the file; null when not even that can be read. */
  readonly schemaVersion: number | null;
  readonly alerts: number;
  /** Records that were found damaged in the life of the store, and counted. */
  readonly damaged: number;
  /** Agents that are enrolled. */
  readonly agents: number;
  /** One line for each. */
  readonly problems: readonly string[];
  /** Problems beyond those. */
  readonly more: number;
  /** SQLite itself cannot trust the file: a server that meets the damage sets the file aside and mends it. */
  readonly broken: boolean;
}

const cannotOpen = 14;

/**
 * Opens the database of a store for reading, beside a server that may use it. Throws AppError 'file.read' where there is
 * none, 'store.version', and 'store.failed' for what is no database.
 */
export function openStoreFile(path: string): DatabaseSync {
  try {
    const database = open(path);
    refuseNewer(versionOf(database));
    return database;
  } catch (error) {
    throw asStoreError(error, path);
  }
}

/** What went wrong when such a database was read, as an AppError; anything else as it is. */
export function storeFileError(error: unknown, path: string): unknown {
  return asStoreError(error, path);
}

function open(path: string): DatabaseSync {
  if (!existsSync(path)) {
    throw new AppError('file.read', `there is no store ${path}`, {
      hint: 'Name the data folder of the server with --data.',
    });
  }
  try {
    const database = new DatabaseSync(path, { readOnly: true, timeout: 5000 });
    try {
      // The log of changes is only looked for when something is read.
      versionOf(database);
      return database;
    } catch (error) {
      database.close();
      throw error;
    }
  } catch (error) {
    if ((error as { readonly errcode?: number }).errcode === cannotOpen && !hasLog(path)) {
      // On a disk that cannot be written, with nothing in the log: nobody else changes the file.
      return openUnchanging(path);
    }
    throw error;
  }
}

function hasLog(path: string): boolean {
  return (statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0;
}

function openUnchanging(path: string): DatabaseSync {
  const url = pathToFileURL(path);
  url.searchParams.set('immutable', '1');
  const database = new DatabaseSync(url, { readOnly: true });
  database.prepare('SELECT count(*) FROM sqlite_schema').get();
  return database;
}

/** Looks through the file of a store. Throws AppError 'file.read' and 'store.version'. */
export function checkStoreFile(path: string, options: CheckOptions = {}): StoreFileReport {
  let database: DatabaseSync | null = null;
  try {
    database = open(path);
    const schemaVersion = versionOf(database);
    refuseNewer(schemaVersion);
    if (schemaVersion === 0) {
      return { ...nothing, schemaVersion, problems: emptyProblems(database) };
    }
    const found = checkDatabase(database, options);
    const broken = found.problems.some((problem) => /^file:|malformed|not a database/.test(problem));
    return { schemaVersion, ...numbersOf(database), ...found, broken };
  } catch (error) {
    if (!isDamage(error)) {
      throw asStoreError(error, path);
    }
    return { ...nothing, problems: [`file: ${(error as Error).message}`], broken: true };
  } finally {
    database?.close();
  }
}

const nothing: StoreFileReport = {
  schemaVersion: null,
  alerts: 0,
  damaged: 0,
  agents: 0,
  problems: [],
  more: 0,
  broken: false,
};

/** A server that ended before it made its tables leaves an empty file; anything else without a version is no store. */
function emptyProblems(database: DatabaseSync): string[] {
  const { count } = database.prepare('SELECT count(*) AS count FROM sqlite_schema').get() as {
    count: number;
  };
  return count === 0 ? [] : ['file: it is a database, and no store'];
}

function numbersOf(database: DatabaseSync): Pick<StoreFileReport, 'alerts' | 'damaged' | 'agents'> {
  try {
    const row = database
      .prepare(
        `SELECT (SELECT coalesce(sum(rows - skip), 0) FROM segment) + (SELECT count(*) FROM tail) AS alerts,
          (SELECT value FROM counter WHERE name = 'damaged') AS damaged,
          (SELECT count(*) FROM document WHERE kind = 'agent') AS agents`,
      )
      .get() as { alerts: number; damaged: number | null; agents: number };
    return { ...row, damaged: row.damaged ?? 0 };
  } catch (error) {
    if (!isDamage(error)) {
      throw error;
    }
    return { alerts: 0, damaged: 0, agents: 0 };
  }
}

/**
 * Copies the database of a store, as one file without a log, as of one moment, beside a server that may use it. Throws AppError 'file.read',
 * 'store.version', and 'store.full' and others by the disk of the target.
 */
export async function copyStoreFile(path: string, target: string): Promise<void> {
  const source = openStoreFile(path);
  try {
    // Pages that are written meanwhile would make it begin anew: all at once is one moment.
    await backup(source, target, { rate: 1_000_000_000 });
    withFile(target, 'PRAGMA journal_mode = DELETE');
  } catch (error) {
    throw asStoreError(error, target);
  } finally {
    source.close();
  }
}

/** Ends all sessions of people in a copy: those that were ended after it was made would be good again. */
export function endSessions(path: string): void {
  withFile(path, "DELETE FROM document WHERE kind = 'session'");
}

function withFile(path: string, sql: string): void {
  const database = new DatabaseSync(path);
  try {
    database.exec(sql);
  } finally {
    database.close();
  }
}
