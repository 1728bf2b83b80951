import { statSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';

/** Bytes of the pages that hold something, and of the log. */
export function usedBytes(database: DatabaseSync, path: string): number {
  const number = (pragma: string): number =>
    Object.values(database.prepare(`PRAGMA ${pragma}`).get() as Record<string, number>)[0] ?? 0;
  const pages = number('page_count') - number('freelist_count');
  return pages * number('page_size') + sizeOf(`${path}-wal`);
}

/** Bytes of the files of a database. */
export function diskBytes(path: string): number {
  return sizeOf(path) + sizeOf(`${path}-wal`) + sizeOf(`${path}-shm`);
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
