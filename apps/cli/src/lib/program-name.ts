import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';

/** What to type to call this program again: its name where the PATH has it, otherwise the path that started it. */
export function programName(script: string | undefined, cwd: string, path: string | undefined): string {
  const folders = (path ?? '').split(':').filter((folder) => folder.startsWith('/'));
  if (script === undefined || folders.some((folder) => existsSync(join(folder, 'lanner')))) {
    return 'lanner';
  }
  const shorter = relative(cwd, script);
  return shorter.startsWith('..') || !shorter.includes('/') ? script : shorter;
}
