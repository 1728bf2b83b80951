import { readdirSync, readFileSync } from 'node:fs';
import type { HostFiles } from '../analyzer.ts';

/** Files of this machine, for scans of local folders. */
export function hostFiles(env: Readonly<Record<string, string | undefined>>): HostFiles {
  return {
    env,
    read: (path) => attempt(() => readFileSync(path), null),
    list: (folder) => attempt(() => readdirSync(folder), []),
  };
}

function attempt<T>(action: () => T, otherwise: T): T {
  try {
    return action();
  } catch (error) {
    // What is not there, or may not be read, is not there for analyzers.
    if ((error as NodeJS.ErrnoException).code === undefined) {
      throw error;
    }
    return otherwise;
  }
}
