import { homedir } from 'node:os';
import { join } from 'node:path';
import { type OptionValues, textOption } from '../command.ts';

/** The folder of databases: what the command line says, the environment, or the user's caches. */
export function cacheDirOf(values: OptionValues, env: Readonly<Record<string, string | undefined>>): string {
  const given = textOption(values, 'cache-dir') ?? env['LANNER_CACHE_DIR'] ?? env['TRIVY_CACHE_DIR'];
  if (given !== undefined && given !== '') {
    return given;
  }
  const caches = env['XDG_CACHE_HOME'];
  return join(
    caches === undefined || caches === '' ? join(env['HOME'] ?? homedir(), '.cache') : caches,
    'lanner',
  );
}
