import { makeFolder } from '@lanner/core/disk';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Keeps what was fetched from one scan to the next. */
export interface PomCache {
  readonly get: (address: string) => Buffer | null;
  readonly set: (address: string, bytes: Buffer) => void;
}

export interface PomCacheLimits {
  readonly files: number;
  readonly bytes: number;
}

/**
 * POMs of released versions, which never change, as files of a folder. Above its limits those that were fetched first
 * go. A folder that cannot be written keeps nothing.
 */
export function pomCache(
  folder: string,
  limits: PomCacheLimits = { files: 20_000, bytes: 128 * 2 ** 20 },
): PomCache {
  let size: { files: number; bytes: number } | null = null;
  const placeOf = (address: string): string =>
    join(folder, `${createHash('sha256').update(address).digest('hex')}.pom`);
  return {
    get: (address) => {
      try {
        return readFileSync(placeOf(address));
      } catch {
        // Not there, or of no use.
        return null;
      }
    },
    set: (address, bytes) => {
      const place = placeOf(address);
      const partial = `${place}.${process.pid}.part`;
      try {
        makeFolder(folder, { mode: 0o700 });
        size ??= sizeOf(folder);
        writeFileSync(partial, bytes, { mode: 0o600 });
        renameSync(partial, place);
        size = { files: size.files + 1, bytes: size.bytes + bytes.length };
        if (size.files > limits.files || size.bytes > limits.bytes) {
          size = prune(folder, limits);
        }
      } catch {
        // A full or read-only disk costs the same request in the next scan.
        rmSync(partial, { force: true });
      }
    },
  };
}

interface CachedFile {
  readonly path: string;
  readonly size: number;
  readonly mtimeMs: number;
}

function filesOf(folder: string): CachedFile[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    // Another scan may have removed it meanwhile.
    const stats = statSync(path, { throwIfNoEntry: false });
    return stats === undefined ? [] : [{ path, size: stats.size, mtimeMs: stats.mtimeMs }];
  });
}

function sizeOf(folder: string): { files: number; bytes: number } {
  const files = filesOf(folder);
  return { files: files.length, bytes: sumOf(files) };
}

function sumOf(files: readonly CachedFile[]): number {
  let bytes = 0;
  for (const { size } of files) {
    bytes += size;
  }
  return bytes;
}

/** Removes the oldest until a tenth is free. */
function prune(folder: string, limits: PomCacheLimits): { files: number; bytes: number } {
  const files = filesOf(folder).sort((a, b) => b.mtimeMs - a.mtimeMs);
  const kept: CachedFile[] = [];
  let bytes = 0;
  for (const file of files) {
    if (kept.length < limits.files * 0.9 && bytes + file.size <= limits.bytes * 0.9) {
      kept.push(file);
      bytes += file.size;
    } else {
      rmSync(file.path, { force: true });
    }
  }
  return { files: kept.length, bytes };
}
