import { AppError, type Log } from '@lanner/core';
import { TarReader } from '@lanner/runtimes';
import { closeSync, existsSync, openSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { ZipArchive } from '../../formats/zip/archive.ts';
import { fileSourceOf } from '../../lib/source.ts';

/** One file that a feed may read. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

/** Largest single file, unpacked. */
const maxFile = 512 * 2 ** 20;
const readable = /\.(?:json|ya?ml|md|csv)$/;

/**
 * The files of a folder, of a zip or tar archive, or one file; those that no feed could read are left out. A zip archive
 * is read member by member, a tar archive is unpacked in memory. Throws AppError 'file.read' or 'artifact.parse'.
 */
export async function* sourceFiles(path: string, log: Log): AsyncGenerator<SourceFile> {
  if (!existsSync(path)) {
    throw new AppError('file.read', `${path} does not exist`);
  }
  if (statSync(path).isDirectory()) {
    for (const file of walk(path)) {
      yield* fileContents(relative(path, file), () => readFileSync(file));
    }
    return;
  }
  if (path.endsWith('.zip')) {
    yield* zipFiles(path, log);
    return;
  }
  const bytes = readFileSync(path);
  if (/\.(?:tar|tgz|tar\.gz)$/.test(path)) {
    yield* tarFiles(path.endsWith('.tar') ? bytes : gunzip(path, bytes));
  } else {
    yield* fileContents(path, () => bytes);
  }
  await Promise.resolve();
}

function* walk(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) =>
    a.name < b.name ? -1 : 1,
  )) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      yield* walk(path);
    } else if (entry.isFile()) {
      yield path;
    }
  }
}

function* fileContents(path: string, read: () => Buffer): Generator<SourceFile> {
  const plain = path.replace(/\.gz$/, '');
  if (readable.test(plain)) {
    const bytes = read();
    yield { path: plain, text: (plain === path ? bytes : gunzip(path, bytes)).toString('utf8') };
  }
}

/** Read member by member: a dump of all advisories is larger than memory should be. */
function* zipFiles(path: string, log: Log): Generator<SourceFile> {
  const descriptor = openSync(path, 'r');
  try {
    const archive = new ZipArchive(fileSourceOf(descriptor));
    for (const entry of archive.entries()) {
      try {
        yield* fileContents(entry.name, () => archive.read(entry, maxFile));
      } catch (error) {
        if (!(error instanceof AppError)) {
          throw error;
        }
        log.warn('file of an archive skipped', { path: entry.name, problem: error.message });
      }
    }
  } finally {
    closeSync(descriptor);
  }
}

function* tarFiles(bytes: Buffer): Generator<SourceFile> {
  const found: { path: string; start: number; size: number }[] = [];
  const reader = new TarReader(({ path, type, offset, size }) => {
    if (type === 'file' && offset !== null) {
      found.push({ path, start: offset, size });
    }
    return null;
  });
  reader.write(bytes);
  reader.end();
  for (const { path, start, size } of found) {
    yield* fileContents(path, () => bytes.subarray(start, start + size));
  }
}

function gunzip(path: string, bytes: Buffer): Buffer {
  try {
    return gunzipSync(bytes, { maxOutputLength: 2 ** 31 });
  } catch (error) {
    throw new AppError('artifact.parse', `${path} cannot be unpacked: ${(error as Error).message}`, {
      cause: error,
    });
  }
}
