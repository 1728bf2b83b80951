import { renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { syncPath } from './sync-path.ts';

/** Writes a file that only its owner can read, whole or not at all: synced beside the old one, then put in its place. */
export function replaceFile(path: string, text: string): void {
  const beside = `${path}.new`;
  // Unlike writeSync, this writes all of it or throws.
  writeFileSync(beside, text, { mode: 0o600, flush: true });
  renameSync(beside, path);
  syncPath(dirname(path));
}
