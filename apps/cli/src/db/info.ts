import {
  advisoryCache,
  type CachedDatabase,
  javaCache,
  localDatabase,
  openAdvisories,
  ownDatabase,
} from '@lanner/scanner';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type CommandEnvironment, type CommandInput, flagOption } from '../command.ts';
import { cacheDirOf } from './cache-dir.ts';

interface DatabaseInfo {
  readonly database: string;
  readonly path: string;
  readonly bytes: number;
  readonly schema?: number;
  readonly updatedAt?: string | null;
  readonly nextUpdate?: string | null;
  readonly downloadedAt?: string | null;
}

/** `db info`: what is there. Ends with 1 when there is nothing. Throws AppError 'database.format' for a damaged file. */
export function info(environment: CommandEnvironment, { values }: CommandInput): number {
  const cacheDir = cacheDirOf(values, environment.env);
  const own = join(cacheDir, ownDatabase);
  const found: DatabaseInfo[] = [
    ...published(cacheDir, advisoryCache),
    ...published(cacheDir, javaCache),
    ...(existsSync(own) ? [{ database: 'own', path: own, bytes: statSync(own).size }] : []),
  ];
  openAdvisories(cacheDir)?.close();
  if (flagOption(values, 'json')) {
    environment.out(`${JSON.stringify(found)}\n`);
  } else if (found.length === 0) {
    environment.out(`no databases in ${cacheDir}: run lanner db update\n`);
  } else {
    environment.out(found.map(asText).join(''));
  }
  return found.length === 0 ? 1 : 0;
}

function published(cacheDir: string, database: CachedDatabase): DatabaseInfo[] {
  const { hasFile, metadata } = localDatabase(cacheDir, database);
  if (!hasFile) {
    return [];
  }
  const path = join(cacheDir, database.folder, database.file);
  return [
    {
      database: database.id,
      path,
      bytes: statSync(path).size,
      ...(metadata === null
        ? {}
        : {
            schema: metadata.version,
            updatedAt: metadata.updatedAt?.toISOString() ?? null,
            nextUpdate: metadata.nextUpdate?.toISOString() ?? null,
            downloadedAt: metadata.downloadedAt?.toISOString() ?? null,
          }),
    },
  ];
}

function asText({ database, path, bytes, schema, updatedAt, nextUpdate }: DatabaseInfo): string {
  const size = `${(bytes / 2 ** 20).toFixed(1)} MiB`;
  const age =
    schema === undefined
      ? ''
      : `, schema ${schema}, built ${updatedAt ?? 'at an unknown time'}, next expected ${nextUpdate ?? 'at an unknown time'}`;
  return `${database}: ${path} (${size}${age})\n`;
}
