import { AppError } from '@lanner/core';
import { dockerCredentials, RegistryClient } from '@lanner/runtimes';
import {
  type AdvisoryDatabase,
  advisoryCache,
  advisoryUpdates,
  fetchDatabase,
  javaCache,
  localDatabase,
  needsUpdate,
  openAdvisories,
} from '@lanner/scanner';
import { existsSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dockerEffects } from '../rules/docker-effects.ts';
import type { ScanContext } from './scan-context.ts';

const failedMark = '.update-failed';
/** A registry that was not reached is not asked again for so long. */
const pauseMs = 10 * 60_000;

/**
 * Fetches the advisory database when it is not fresh and that is not switched off. One that cannot be fetched is told of,
 * and what is there is used: a scan without network goes on.
 */
export async function updateAdvisories(context: ScanContext): Promise<void> {
  const { cacheFolder, settings, environment, log, progress } = context;
  const isOff = settings.isOn('db.skip-update') || settings.isOn('scan.offline');
  const { now } = environment;
  const mark = join(cacheFolder, failedMark);
  if (isOff || !context.scanners.has('vuln') || isRecent(mark, now()) || !isStale(context)) {
    return;
  }
  progress.phase('fetching the advisory database');
  try {
    const repositories = settings.isGiven('db.repository') ? settings.list('db.repository') : [];
    await fetchDatabase(advisoryCache, {
      cacheDir: cacheFolder,
      client: clientOf(context),
      now,
      log,
      isNeeded: () => isStale(context),
      ...(repositories.length === 0 ? {} : { repositories }),
    });
  } catch (error) {
    if (!(error instanceof AppError)) {
      throw error;
    }
    log.warn('the advisory database could not be updated', { problem: error.message });
    remember(mark, now());
  }
}

function isStale({ cacheFolder, environment }: ScanContext): boolean {
  return needsUpdate(
    localDatabase(cacheFolder, advisoryCache),
    { ...advisoryUpdates, skip: false },
    environment.now(),
  );
}

function isRecent(mark: string, now: Date): boolean {
  const stats = statSync(mark, { throwIfNoEntry: false });
  return stats !== undefined && now.getTime() - stats.mtimeMs < pauseMs;
}

function remember(mark: string, now: Date): void {
  try {
    writeFileSync(mark, '');
    utimesSync(mark, now, now);
  } catch {
    // A cache that cannot be written costs the same attempt next time.
  }
}

/** A stop of the program also ends a request. */
function clientOf({ environment, log, signal }: ScanContext): RegistryClient {
  const docker = dockerEffects(environment.env);
  return new RegistryClient({
    fetch: (input, init) =>
      fetch(input, { ...init, signal: AbortSignal.any([signal, ...(init?.signal ? [init.signal] : [])]) }),
    log,
    credentials: (registry) => dockerCredentials(registry, docker),
  });
}

/** The advisory database of the cache folder; null, with a word about it, when there is none. */
export function openDatabase({ cacheFolder, log }: ScanContext): AdvisoryDatabase | null {
  const database = openAdvisories(cacheFolder);
  if (database === null) {
    log.warn('vulnerabilities were not looked up: there is no advisory database', {
      folder: cacheFolder,
      hint: 'lanner db update',
    });
  }
  return database;
}

/** The index of Java archives, and what tells one from another; null when there is none. */
export function javaDatabase(cacheFolder: string): { path: string; revision: string } | null {
  const path = join(cacheFolder, javaCache.folder, javaCache.file);
  if (!existsSync(path)) {
    return null;
  }
  const { size, mtimeMs } = statSync(path);
  return { path, revision: `${size} ${Math.round(mtimeMs)}` };
}
