import { AppError } from '@lanner/core';
import { TarReader } from '@lanner/runtimes';
import { closeSync, fstatSync, openSync } from 'node:fs';
import type { FileRange } from './blobs.ts';
import { entryPath, folderOf } from './entry-path.ts';
import { readAt } from './scratch.ts';

/** Where the members of a tar archive on disk lie. */
export interface TarIndex {
  /** Links within the archive are followed. */
  readonly find: (path: string) => FileRange | null;
}

const readSize = 16_384;
const maxMembers = 100_000;
const maxLinks = 8;

/** Reads the headers of a plain tar archive and passes over the content. Throws AppError 'artifact.parse'. */
export function indexTar(path: string): TarIndex {
  const files = new Map<string, FileRange>();
  const links = new Map<string, string>();
  const reader = new TarReader((entry) => {
    if (files.size + links.size >= maxMembers) {
      throw new AppError('artifact.limit', `the archive has more than ${maxMembers} members`);
    }
    const name = entryPath(entry.path);
    if (name !== null && entry.type === 'file' && entry.offset !== null) {
      files.set(name, { path, offset: entry.offset, length: entry.size });
    } else if (name !== null && (entry.type === 'symlink' || entry.type === 'hardlink')) {
      const relative = entry.type === 'symlink' && !entry.linkPath.startsWith('/');
      const target = entryPath(relative ? `${folderOf(name)}/${entry.linkPath}` : entry.linkPath);
      if (target !== null) {
        links.set(name, target);
      }
    }
    return null;
  });
  readHeaders(path, reader);
  function find(name: string): FileRange | null {
    let target = name;
    for (let i = 0; i < maxLinks; i++) {
      const file = files.get(target);
      const next = links.get(target);
      if (file !== undefined || next === undefined) {
        return file ?? null;
      }
      target = next;
    }
    return null;
  }
  return { find };
}

function readHeaders(path: string, reader: TarReader): void {
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    for (let at = 0; at < size;) {
      const passed = Math.min(reader.passing, size - at);
      if (passed > readSize) {
        reader.pass(passed);
        at += passed;
      } else {
        const bytes = readAt(file, at, readSize);
        reader.write(bytes);
        at += bytes.length;
      }
    }
    reader.end();
  } finally {
    closeSync(file);
  }
}
