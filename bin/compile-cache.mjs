import { enableCompileCache } from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * Keeps what was compiled between starts, in a folder of the user's own: what lies there is run as it is, so it must not
 * be where others could put it first, as in the temporary folder that is Node's default. Where it cannot write, starting
 * only takes longer.
 */
export function keepCompiled() {
  try {
    enableCompileCache(join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'lanner', 'compiled'));
  } catch {
    // A user without a home.
  }
}
