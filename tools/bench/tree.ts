import {
  copyFileSync,
  type Dirent,
  mkdirSync,
  readdirSync,
  readlinkSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { join } from 'node:path';

export interface TreeSize {
  readonly files: number;
  readonly bytes: number;
}

/** What a small Debian is made of, the packages first. */
export const machinePaths: readonly string[] = [
  'etc',
  'var/lib/dpkg',
  'var/lib/apt/lists',
  'usr/lib/python3',
  'usr/lib/python3.13',
  'usr/lib/python3.12',
  'usr/lib/python3.11',
  'usr/share/man',
  'usr/share/locale',
  'usr/share/zoneinfo',
  'usr/share/doc',
  'usr/bin',
  'usr/sbin',
];

/**
 * Copies files and links below some paths of `root` until there are so many bytes: a file that would be too much is left
 * out. What cannot be read is left out, too, and what is neither.
 */
export function copyTree(
  root: string,
  paths: readonly string[],
  to: string,
  maxBytes = Number.POSITIVE_INFINITY,
): TreeSize {
  const size = { files: 0, bytes: 0 };
  const open = [...paths].reverse();
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    const inner: string[] = [];
    for (const entry of entriesOf(join(root, path))) {
      const below = join(path, entry.name);
      if (entry.isDirectory()) {
        inner.push(below);
      } else if (entry.isFile() || entry.isSymbolicLink()) {
        mkdirSync(join(to, path), { recursive: true });
        copyOne(entry, join(root, below), join(to, below), { size, maxBytes });
      }
    }
    open.push(...inner.sort().reverse());
  }
  return size;
}

function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch {
    // Not every machine has all of them.
    return [];
  }
}

function copyOne(
  entry: Dirent,
  from: string,
  to: string,
  { size, maxBytes }: { size: { files: number; bytes: number }; maxBytes: number },
): void {
  if (entry.isSymbolicLink()) {
    symlinkSync(readlinkSync(from), to);
    return;
  }
  const bytes = statSync(from).size;
  if (size.bytes + bytes > maxBytes) {
    return;
  }
  try {
    copyFileSync(from, to);
    size.files++;
    size.bytes += bytes;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EACCES') {
      throw error;
    }
  }
}
