import { flushCompileCache, getCompileCacheDir } from 'node:module';
import { dirname } from 'node:path';

const variable = 'NODE_COMPILE_CACHE';
/** The first version of Node in which a process can give up a permission. */
const droppingSince = [24, 20] as const;

/** Where Node keeps what it compiled, for a child that may write there until it reads an artifact. */
export interface CompileCache {
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
}

/** The cache of this process, to be given to a child; null when there is none, or a child could not give it up again. */
export function sharedCompileCache(
  current: string | undefined = getCompileCacheDir(),
  version = process.versions.node,
): CompileCache | null {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [sinceMajor, sinceMinor] = droppingSince;
  const canDrop = major > sinceMajor || (major === sinceMajor && minor >= sinceMinor);
  if (current === undefined || !canDrop) {
    return null;
  }
  // Node puts a folder of each version and its settings into it.
  const folder = dirname(current);
  return { folder, env: { [variable]: folder } };
}

/** Newer than the types that are there. */
interface Permission {
  readonly has: (scope: string, reference: string) => boolean;
  readonly drop?: (scope: string, reference: string) => void;
}

/**
 * Keeps what was compiled of this program and gives up writing there: called by each thread of the child before it looks
 * at anything of an artifact. Throws when the permission stays.
 */
export function giveUpCompileCache(env: NodeJS.ProcessEnv = process.env): void {
  const folder = env[variable];
  const permission = process.permission as Permission | undefined;
  if (folder === undefined || permission === undefined) {
    return;
  }
  flushCompileCache();
  if (permission.has('fs.write', folder)) {
    permission.drop?.('fs.write', folder);
  }
  if (permission.has('fs.write', folder)) {
    throw new Error(`writing to ${folder} cannot be given up`);
  }
}
