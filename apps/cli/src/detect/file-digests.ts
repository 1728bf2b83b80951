import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';

/** Base name and SHA-256 in hexadecimal of a file. */
export type FileDigest = readonly [name: string, sha256: string];

/** Digests of files that can be read, by base name; of equal names the last one holds, as each name is one label. */
export function fileDigests(paths: readonly string[]): readonly FileDigest[] {
  const digests = new Map<string, string>();
  for (const path of paths) {
    const sha256 = fileDigest(path);
    if (sha256 !== null) {
      digests.set(basename(path), sha256);
    }
  }
  return [...digests];
}

/** Digest of a file's bytes; null when it cannot be read. */
export function fileDigest(path: string): string | null {
  try {
    return createHash('sha256').update(readFileSync(path)).digest('hex');
  } catch {
    // Removed since it was loaded: there is nothing to tell of it.
    return null;
  }
}
