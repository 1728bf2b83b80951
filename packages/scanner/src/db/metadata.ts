import { AppError } from '@lanner/core';
import { parseObject, textOf } from '../lib/json.ts';

/** The schema of trivy-db that is read. */
export const schemaVersion = 2;
/** The schema of trivy-java-db that is read. */
export const javaSchemaVersion = 1;

/** What lies beside a database as metadata.json. */
export interface DatabaseMetadata {
  readonly version: number;
  /** When a newer one is expected. */
  readonly nextUpdate: Date | null;
  /** When it was built. */
  readonly updatedAt: Date | null;
  /** When it was fetched; null for one that was not fetched to its end. */
  readonly downloadedAt: Date | null;
}

/** Throws AppError 'database.format'. */
export function parseMetadata(text: string): DatabaseMetadata {
  const record = parseObject(text, 'database.format');
  const version = record['Version'];
  return {
    version: typeof version === 'number' ? version : 0,
    nextUpdate: timeOf(record['NextUpdate']),
    updatedAt: timeOf(record['UpdatedAt']),
    downloadedAt: timeOf(record['DownloadedAt']),
  };
}

export function printMetadata({ version, nextUpdate, updatedAt, downloadedAt }: DatabaseMetadata): string {
  return `${JSON.stringify({
    Version: version,
    NextUpdate: printTime(nextUpdate),
    UpdatedAt: printTime(updatedAt),
    DownloadedAt: printTime(downloadedAt),
  })}\n`;
}

export interface LocalDatabase {
  readonly hasFile: boolean;
  /** null when there is none that can be read. */
  readonly metadata: DatabaseMetadata | null;
}

export interface UpdateRules {
  readonly schema: number;
  /** Use what is there: `--skip-db-update`. */
  readonly skip: boolean;
  /** How long one that was fetched is kept, even when a newer one is expected. */
  readonly keptMs: number;
}

const hourMs = 3_600_000;
export const advisoryUpdates = { schema: schemaVersion, keptMs: hourMs } as const;
export const javaUpdates = { schema: javaSchemaVersion, keptMs: 24 * hourMs } as const;

/**
 * Whether a database has to be fetched. Throws AppError 'database.missing' when there is none and fetching is off,
 * 'database.version' when it has another schema than the program and fetching is off or would not help.
 */
export function needsUpdate(
  { hasFile, metadata }: LocalDatabase,
  { schema, skip, keptMs }: UpdateRules,
  now: Date,
): boolean {
  if (!hasFile || metadata === null) {
    if (skip) {
      throw new AppError('database.missing', 'there is no database, and fetching one is switched off', {
        hint: 'Run lanner db update once, or lanner db import FILE where there is no network.',
      });
    }
    return true;
  }
  if (metadata.downloadedAt === null && !skip) {
    return true;
  }
  if (metadata.version > schema) {
    throw versionError(metadata.version, schema, 'Update lanner: the database is newer than it.');
  }
  if (metadata.version !== schema) {
    if (skip) {
      throw versionError(
        metadata.version,
        schema,
        'Let the database be updated: leave --skip-db-update out.',
      );
    }
    return true;
  }
  return !skip && !isFresh(metadata, keptMs, now);
}

function isFresh({ nextUpdate, downloadedAt }: DatabaseMetadata, keptMs: number, now: Date): boolean {
  const isExpected = nextUpdate !== null && now < nextUpdate;
  return isExpected || (downloadedAt !== null && now.getTime() < downloadedAt.getTime() + keptMs);
}

function versionError(found: number, wanted: number, hint: string): AppError {
  return new AppError('database.version', `the database has schema ${found}; ${wanted} is needed`, { hint });
}

/** Go writes a time that is not set as the year 1. */
function timeOf(value: unknown): Date | null {
  const text = textOf(value);
  const time = text === undefined || text.startsWith('0001-') ? Number.NaN : Date.parse(text);
  return Number.isNaN(time) ? null : new Date(time);
}

function printTime(time: Date | null): string {
  return time === null ? '0001-01-01T00:00:00Z' : time.toISOString();
}
