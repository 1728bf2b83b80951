import { closeSync, fsyncSync, openSync } from 'node:fs';

/** Waits until a file, or what a folder lists, is on disk. */
export function syncPath(path: string): void {
  const file = openSync(path, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
