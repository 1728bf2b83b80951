import { AppError, type Log } from '@lanner/core';
import { type AdvisoryDatabase, BucketDatabase, boltStore, parseMetadata } from '@lanner/scanner';
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** The folder of caches and databases: that of Trivy, so that what is there is used. */
export function defaultCacheFolder(env: Readonly<Record<string, string | undefined>>): string {
  return join(env['XDG_CACHE_HOME'] ?? join(env['HOME'] ?? homedir(), '.cache'), 'trivy');
}

/** Opens the advisory database of a cache folder; null, with a word about it, when there is none that can be used. */
export function openDatabase(cacheFolder: string, now: Date, log: Log): AdvisoryDatabase | null {
  const path = join(cacheFolder, 'db', 'trivy.db');
  if (!existsSync(path)) {
    log.warn('vulnerabilities were not looked up: there is no advisory database', {
      path,
      hint: 'lanner db update',
    });
    return null;
  }
  tellAge(join(cacheFolder, 'db', 'metadata.json'), now, log);
  return new BucketDatabase(boltStore(path));
}

function tellAge(path: string, now: Date, log: Log): void {
  try {
    const metadata = parseMetadata(readFileSync(path, 'utf8'));
    if (metadata.nextUpdate !== null && metadata.nextUpdate < now) {
      log.info('the advisory database is not the newest', { updated: metadata.updatedAt?.toISOString() });
    }
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    if (!isMissing && !(error instanceof AppError)) {
      throw error;
    }
    log.info('the age of the advisory database is not known', { path });
  }
}
