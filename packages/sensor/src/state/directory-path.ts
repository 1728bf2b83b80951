import { currentDirectory } from '../lib/ppm-flags.ts';
import type { ThreadEntry } from './thread-entry.ts';

/** What stands for a directory whose descriptor is not known. */
export const unknownDirectory = '<UNKNOWN>';

/**
 * The directory, with its final slash, that `path` starts from in a call with a directory's descriptor. Programs pass
 * any descriptor beside an absolute path, where it does not count.
 */
export function directoryPath(thread: ThreadEntry, path: string, dirFd: number): string {
  if (path.charCodeAt(0) === slash) {
    return '.';
  }
  if (dirFd === currentDirectory) {
    return thread.workingDirectory;
  }
  const directory = thread.fdEntries?.get(dirFd)?.name;
  if (directory === undefined) {
    return unknownDirectory;
  }
  return directory === '' || directory.endsWith('/') ? directory : `${directory}/`;
}

const slash = 0x2f;
