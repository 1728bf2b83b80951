import { AppError } from '@lanner/core';
import { makeFolder } from '@lanner/core/disk';
import { createReadStream, existsSync, mkdtempSync, renameSync, rmSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createZstdCompress } from 'node:zlib';
import { advisoryCache, javaCache, metadataFile, ownDatabase } from './cache-folder.ts';
import { withLock } from './lock.ts';
import { unpackInto } from './unpack.ts';

/** All files of a cache folder that belong to databases. */
const files: readonly string[] = [
  join(advisoryCache.folder, advisoryCache.file),
  join(advisoryCache.folder, metadataFile),
  join(javaCache.folder, javaCache.file),
  join(javaCache.folder, metadataFile),
  ownDatabase,
];
const blockSize = 512;

/** Writes the databases of a cache folder into one file, a tar archive in zstd. Gives the names of what is in it. */
export async function exportDatabases(cacheDir: string, path: string): Promise<string[]> {
  const present = files.filter((file) => existsSync(join(cacheDir, file)));
  if (present.length === 0) {
    throw new AppError('database.missing', `there are no databases in ${cacheDir}`, {
      hint: 'Run lanner db update or lanner db build first.',
    });
  }
  const staging = `${path}.new`;
  try {
    const target = await open(staging, 'w', 0o600);
    await pipeline(Readable.from(tarOf(cacheDir, present)), createZstdCompress(), target.createWriteStream());
    renameSync(staging, path);
  } catch (error) {
    rmSync(staging, { force: true });
    throw new AppError('file.write', `${path} cannot be written: ${(error as Error).message}`, {
      cause: error,
    });
  }
  return present;
}

/**
 * Puts the databases of a file that was exported, or of Trivy's archives, in the place of those that are there. Gives
 * the names of what was in it. Throws AppError 'artifact.parse' for a file that has none.
 */
export async function importDatabases(cacheDir: string, path: string): Promise<string[]> {
  if (!existsSync(path)) {
    throw new AppError('file.read', `${path} does not exist`);
  }
  makeFolder(cacheDir, { hint: 'Name another folder with --cache-dir.' });
  return withLock(join(cacheDir, '.lock'), { waitMs: 60_000 }, async () => {
    const staging = mkdtempSync(join(cacheDir, '.new-'));
    try {
      const plain: string[] = [];
      const archive = createReadStream(path) as AsyncIterable<Buffer>;
      const written = await unpackInto(staging, archive, (name) => {
        if (!name.includes('/')) {
          plain.push(name);
        }
        return placeOf(name, plain);
      }).catch((error: unknown) => {
        throw error instanceof AppError && error.code === 'artifact.parse' ? noDatabases(path, error) : error;
      });
      if (!written.some((name) => name.endsWith('.db'))) {
        throw noDatabases(path);
      }
      for (const name of written) {
        makeFolder(dirname(join(cacheDir, name)));
        renameSync(join(staging, name), join(cacheDir, name));
      }
      return written;
    } finally {
      rmSync(staging, { recursive: true, force: true });
    }
  });
}

function noDatabases(path: string, cause?: AppError): AppError {
  const problem = cause === undefined ? 'has no databases' : `cannot be imported: ${cause.message}`;
  return new AppError('artifact.parse', `${path} ${problem}`, {
    cause,
    hint: 'Give a file that lanner db export wrote, or an archive of a database as Trivy publishes it.',
  });
}

/** Trivy's archives have their files without a folder: the database says whose the metadata is. */
function placeOf(name: string, plain: readonly string[]): string | null {
  if (files.includes(name)) {
    return name;
  }
  for (const { folder, file } of [advisoryCache, javaCache]) {
    if (name === file) {
      return join(folder, file);
    }
    if (name === metadataFile && plain.includes(file)) {
      return join(folder, metadataFile);
    }
  }
  return name === metadataFile ? join(advisoryCache.folder, metadataFile) : null;
}

async function* tarOf(folder: string, names: readonly string[]): AsyncGenerator<Buffer> {
  for (const name of names) {
    const path = join(folder, name);
    const { size } = statSync(path);
    yield header(name, size);
    let written = 0;
    for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
      written += chunk.length;
      yield chunk;
    }
    if (written !== size) {
      throw new AppError('file.read', `${path} changed while it was read`);
    }
    yield Buffer.alloc((blockSize - (size % blockSize)) % blockSize);
  }
  yield Buffer.alloc(2 * blockSize);
}

/** A header of the ustar format; sizes above 8 GiB in base 256. */
function header(name: string, size: number): Buffer {
  const block = Buffer.alloc(blockSize);
  block.write(name, 0, 100);
  block.write('0000600\0', 100);
  block.write('0000000\0', 108);
  block.write('0000000\0', 116);
  if (size < 8 ** 11) {
    block.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
  } else {
    block[124] = 0x80;
    block.writeBigUInt64BE(BigInt(size), 128);
  }
  block.write('00000000000\0', 136);
  block.write('        0', 148);
  block.write('ustar\u000000', 257);
  let sum = 0;
  for (const byte of block) {
    sum += byte;
  }
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}
