import { AppError } from '@lanner/core';
import { httpsFetch } from '@lanner/runtimes';
import {
  addressOf,
  type FetchPoms,
  mavenCentral,
  mirrorKey,
  pomCache,
  PomFetcher,
  proxyVariables,
  readMavenSettings,
  settingsRepositories,
  usableMirrors,
} from '@lanner/scanner';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { trustOf } from './registry-settings.ts';
import type { ScanSettings } from './options.ts';
import type { ScanContext } from './scan-context.ts';

/** Fetches the POMs that a project needs and that are not on disk, from where settings.xml and the POMs say. */
export function pomsFor({ settings, environment, cacheFolder, log, signal }: ScanContext): FetchPoms {
  const maven = readMavenSettings(environment.env, readOptional);
  const mirrors = usableMirrors(maven.mirrors, maven.servers, configuredMirrors(settings));
  const first = settingsRepositories(maven);
  const known = new Set(
    [
      ...[...first, mavenCentral, ...mirrors.settings].map(({ url }) => url),
      ...[...mirrors.configured.values()].flat(),
    ].map(({ host }) => host),
  );
  const fetcher = new PomFetcher({
    first,
    last: mavenCentral,
    servers: maven.servers,
    mirrors,
    fetch: httpsFetch({
      ...trustOf(settings),
      isKnownHost: (host) => known.has(host),
      proxies: proxyVariables(maven, environment.env),
    }),
    cache: pomCache(join(cacheFolder, 'maven')),
    log,
    signal,
  });
  return (wanted) => fetcher.fetchAll(wanted);
}

/** `scan.maven.mirrors`: a list of `source` and `targets`. Throws AppError 'config.invalid'. */
export function configuredMirrors(settings: ScanSettings): ReadonlyMap<string, readonly string[]> {
  const value = settings.raw('scan.maven.mirrors') ?? [];
  const mirrors = new Map<string, readonly string[]>();
  for (const entry of Array.isArray(value) ? (value as unknown[]) : [null]) {
    const { source, targets } = (entry ?? {}) as { source?: unknown; targets?: unknown };
    const url = addressIn(source);
    if (!Array.isArray(targets) || targets.length === 0) {
      throw wrongMirrors(`${url.host} has no targets`);
    }
    const key = mirrorKey(url);
    if (mirrors.has(key)) {
      throw wrongMirrors(`${url.host} is there twice`);
    }
    mirrors.set(
      key,
      targets.map((target) => addressIn(target).href),
    );
  }
  return mirrors;
}

/** What is wrong is not shown: an address may have a password in it. */
function addressIn(value: unknown): URL {
  const url = typeof value === 'string' ? addressOf(value, '', []) : null;
  if (url === null || !/^https?:$/.test(url.protocol) || url.host === '') {
    throw wrongMirrors('one of its addresses is none');
  }
  return url;
}

function wrongMirrors(problem: string): AppError {
  return new AppError('config.invalid', `scan.maven.mirrors cannot be used: ${problem}`, {
    hint: 'Write a list of entries with source (an address) and targets (a list of addresses).',
  });
}

function readOptional(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // Most users have no settings.
    return undefined;
  }
}
