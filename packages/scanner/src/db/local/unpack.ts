import { AppError } from '@lanner/core';
import { makeFolder } from '@lanner/core/disk';
import { TarReader } from '@lanner/runtimes';
import { closeSync, openSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { createGunzip, createZstdDecompress } from 'node:zlib';

/** Largest database that is taken, unpacked. */
const maxBytes = 16 * 2 ** 30;

/**
 * Writes the wanted files of a tar archive (plain, gzip or zstd) into a folder: `wanted` gives the path below it, or
 * null. Gives what was written. Throws AppError 'artifact.parse' or 'file.write'.
 */
export async function unpackInto(
  folder: string,
  chunks: AsyncIterable<Buffer>,
  wanted: (path: string) => string | null,
): Promise<string[]> {
  const written: string[] = [];
  let total = 0;
  const tar = new TarReader(({ path, type, size }) => {
    const target = type === 'file' ? wanted(path.replace(/^(?:\.\/)+/, '')) : null;
    total += target === null ? 0 : size;
    if (target === null) {
      return null;
    }
    if (total > maxBytes) {
      throw new AppError('artifact.parse', 'the archive has more data than a database');
    }
    const file = join(folder, target);
    makeFolder(dirname(file));
    const fd = openSync(file, 'w', 0o600);
    written.push(target);
    return { write: (bytes) => writeAll(fd, bytes), end: () => closeSync(fd) };
  });
  try {
    for await (const chunk of decompressed(chunks)) {
      tar.write(chunk);
    }
    tar.end();
  } catch (error) {
    throw error instanceof AppError
      ? error
      : new AppError('artifact.parse', `the archive cannot be unpacked: ${(error as Error).message}`, {
          cause: error,
        });
  }
  return written;
}

function writeAll(fd: number, bytes: Buffer): void {
  for (let done = 0; done < bytes.length;) {
    done += writeSync(fd, bytes, done);
  }
}

/** The content of a stream that may be compressed, told by its first bytes. */
async function* decompressed(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const iterator = chunks[Symbol.asyncIterator]();
  const first = await iterator.next();
  if (first.done === true) {
    return;
  }
  const head = first.value;
  const rest = (async function* (): AsyncGenerator<Buffer> {
    yield head;
    for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) {
      yield next.value;
    }
  })();
  const isGzip = head[0] === 0x1f && head[1] === 0x8b;
  const isZstd = head.length >= 4 && head.readUInt32LE(0) === 0xfd2fb528;
  if (!isGzip && !isZstd) {
    yield* rest;
    return;
  }
  const source = Readable.from(rest);
  const unpacked = isGzip ? createGunzip() : createZstdDecompress();
  source.on('error', (error) => unpacked.destroy(error));
  yield* source.pipe(unpacked) as AsyncIterable<Buffer>;
}
