import { dockerCredentials, RegistryClient } from '@lanner/runtimes';
import {
  advisoryCache,
  advisoryUpdates,
  type CachedDatabase,
  fetchDatabase,
  javaCache,
  javaUpdates,
  localDatabase,
  needsUpdate,
} from '@lanner/scanner';
import { type CommandEnvironment, type CommandInput, flagOption, listOption } from '../command.ts';
import { dockerEffects } from '../rules/docker-effects.ts';
import { cacheDirOf } from './cache-dir.ts';
import { progressLine } from './progress.ts';
import { tellRematch } from './rematch.ts';

/** `db update`: fetches what is not fresh, and matches stored inventories with it. */
export async function update(environment: CommandEnvironment, { values }: CommandInput): Promise<number> {
  const cacheDir = cacheDirOf(values, environment.env);
  const client = clientOf(environment, listOption(values, 'plain-http'));
  const wanted = [
    { database: advisoryCache, rules: advisoryUpdates, option: 'db-repository' },
    ...(flagOption(values, 'java')
      ? [{ database: javaCache, rules: javaUpdates, option: 'java-db-repository' }]
      : []),
  ];
  for (const { database, rules, option } of wanted) {
    const repositories = listOption(values, option).flatMap((list) => list.split(','));
    const { now, log } = environment;
    function isNeeded(): boolean {
      const state = localDatabase(cacheDir, database);
      return flagOption(values, 'force') || needsUpdate(state, { ...rules, skip: false }, now());
    }
    const progress = progressLine(environment, `${database.id} database`);
    const fetched = isNeeded()
      ? await fetchDatabase(database, {
          cacheDir,
          client,
          now,
          log,
          isNeeded,
          onProgress: progress.show,
          ...(repositories.length === 0 ? {} : { repositories }),
        })
      : null;
    progress.end();
    if (fetched !== null && database === advisoryCache) {
      tellRematch(environment, cacheDir);
    }
    environment.out(resultLine(database, fetched, cacheDir, flagOption(values, 'json')));
  }
  return 0;
}

function resultLine(
  { id, file }: CachedDatabase,
  repository: string | null,
  cacheDir: string,
  json: boolean,
): string {
  if (json) {
    return `${JSON.stringify({ database: id, fetched: repository !== null, repository, cacheDir })}\n`;
  }
  return repository === null ? `${file}: fresh\n` : `${file}: fetched from ${repository}\n`;
}

/** A stop of the program also ends a request. */
function clientOf({ env, log, signal }: CommandEnvironment, plainHttp: readonly string[]): RegistryClient {
  const credentials = dockerEffects(env);
  return new RegistryClient({
    fetch: (input, init) =>
      fetch(input, { ...init, signal: AbortSignal.any([signal, ...(init?.signal ? [init.signal] : [])]) }),
    log,
    credentials: (registry) => dockerCredentials(registry, credentials),
    plainHttp: new Set(plainHttp),
  });
}
