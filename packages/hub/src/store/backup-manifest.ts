import { createHash } from 'node:crypto';
import { createReadStream, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { AppError } from '@lanner/core';
import { z } from 'zod';
import { schemaVersion } from './sqlite/schema.ts';

/** Files that a backup may have. */
export const backupParts = ['store.db', 'agents-authority.pem', 'admin-token'] as const;
export type BackupPart = (typeof backupParts)[number];

export const manifestName = 'manifest.json';
const format = 1;

const BackupFile = z.strictObject({
  name: z.enum(backupParts),
  bytes: z.int().nonnegative(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
export type BackupFile = z.infer<typeof BackupFile>;

const Manifest = z.strictObject({
  format: z.literal(format),
  /** Of Lanner. */
  version: z.string(),
  createdAt: z.iso.datetime(),
  schemaVersion: z.int().nonnegative(),
  alerts: z.int().nonnegative(),
  /** Damage that the store had when it was copied, by `lanner store check`. */
  problems: z.int().nonnegative(),
  files: z.array(BackupFile).min(1),
});
export type Backup = z.infer<typeof Manifest>;

export function manifestText(manifest: Omit<Backup, 'format'>): string {
  return `${JSON.stringify({ format, ...manifest }, null, 2)}\n`;
}

/**
 * Throws AppError 'backup.invalid' for a folder without a manifest, or with one that cannot be meant, and 'store.version'
 * for one of a later version.
 */
export function readManifest(folder: string): Backup {
  const path = join(folder, manifestName);
  const value = parse(path);
  const { format: its, schemaVersion: schema } = value as { format?: unknown; schemaVersion?: unknown };
  if ((typeof its === 'number' && its > format) || (typeof schema === 'number' && schema > schemaVersion)) {
    throw new AppError(
      'store.version',
      `The backup has schema ${String(schema)}, and this version knows ${schemaVersion}`,
      { hint: 'Restore it with the version of Lanner that made it, or a later one.' },
    );
  }
  const { data, error } = Manifest.safeParse(value);
  if (data === undefined) {
    throw refuseBackup(`${path} is not as it was written: ${z.prettifyError(error)}`, error);
  }
  return data;
}

function parse(path: string): object {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return typeof value === 'object' && value !== null ? value : {};
  } catch (cause) {
    const missing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    throw refuseBackup(
      missing ? `there is no ${path}: the backup was not ended` : `${path} cannot be read: ${String(cause)}`,
      cause,
    );
  }
}

/** The error for a backup that cannot be used. */
export function refuseBackup(message: string, cause?: unknown): AppError {
  return new AppError('backup.invalid', message, { cause, hint: 'Take another backup.' });
}

/** Size and checksum of a file of a backup. */
export async function describeFile(
  folder: string,
  name: BackupPart,
  path = join(folder, name),
): Promise<BackupFile> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return { name, bytes: statSync(path).size, sha256: hash.digest('hex') };
}
