import { AppError, type Log } from '@lanner/core';
import { makeFolder } from '@lanner/core/disk';
import {
  type Descriptor,
  type ImageReference,
  parseReference,
  printReference,
  type RegistryClient,
} from '@lanner/runtimes';
import { createHash } from 'node:crypto';
import {
  closeSync,
  createReadStream,
  existsSync,
  mkdtempSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { printMetadata } from '../metadata.ts';
import { type CachedDatabase, metadataFile, readMetadata } from './cache-folder.ts';
import { withLock } from './lock.ts';
import { unpackInto } from './unpack.ts';

export interface FetchOptions {
  readonly cacheDir: string;
  readonly client: Pick<RegistryClient, 'manifest' | 'blobChunks'>;
  /** Instead of those of the database. */
  readonly repositories?: readonly string[];
  readonly now: () => Date;
  readonly log: Log;
  /** Bytes that are there, and of how many. */
  readonly onProgress?: (done: number, total: number) => void;
  /** Asked again under the lock: another process may have fetched it meanwhile. */
  readonly isNeeded: () => boolean;
}

/** How long to wait for another process that fetches the same. */
const waitMs = 10 * 60_000;

/**
 * Fetches a database and puts it in the place of the one that is there, which stays until the new one is complete. The
 * repositories are asked in turn; a download that broke off goes on where it ended. Gives the repository, or null when
 * it was not needed any more. Throws AppError 'registry.*' of the last repository.
 */
export async function fetchDatabase(database: CachedDatabase, options: FetchOptions): Promise<string | null> {
  const folder = join(options.cacheDir, database.folder);
  makeFolder(folder, { hint: 'Name another folder with --cache-dir.' });
  return withLock(join(folder, '.lock'), { waitMs }, async () => {
    if (!options.isNeeded()) {
      return null;
    }
    const failures: AppError[] = [];
    for (const repository of options.repositories ?? database.repositories) {
      try {
        await fetchFrom(parseReference(repository), folder, database, options);
        return repository;
      } catch (error) {
        if (!(error instanceof AppError)) {
          throw error;
        }
        options.log.warn('database not fetched', { repository, problem: error.message });
        failures.push(error);
      }
    }
    throw allFailed(failures);
  });
}

function allFailed(failures: readonly AppError[]): AppError {
  const [first] = failures;
  const text = failures.map(({ message }) => message).join('; ');
  return new AppError(first?.code ?? 'usage.invalid', `no repository gave the database: ${text}`, {
    cause: first,
    hint: 'Name another one with --db-repository, or bring a file: lanner db import FILE',
  });
}

async function fetchFrom(
  reference: ImageReference,
  folder: string,
  database: CachedDatabase,
  options: FetchOptions,
): Promise<void> {
  const { manifest } = await options.client.manifest(reference);
  const layers = manifest.layers ?? [];
  const [layer] = layers;
  if (layer === undefined || layers.length !== 1 || layer.mediaType !== database.mediaType) {
    throw new AppError('registry.answer', `${printReference(reference)} is no such database`);
  }
  const archive = await download(reference, layer, folder, options);
  await install(archive, folder, database, options);
  rmSync(archive, { force: true });
}

/** The archive as a file; its first part may be there from before. */
async function download(
  reference: ImageReference,
  layer: Descriptor,
  folder: string,
  { client, onProgress }: FetchOptions,
): Promise<string> {
  const path = join(folder, `.${layer.digest.replace(/[^0-9a-z]/g, '-')}.part`);
  const start = existsSync(path) && statSync(path).size <= layer.size ? statSync(path).size : 0;
  const hash = createHash('sha256');
  for await (const chunk of start === 0 ? [] : createReadStream(path)) {
    hash.update(chunk as Buffer);
  }
  const fd = openSync(path, start === 0 ? 'w' : 'a', 0o600);
  let done = start;
  try {
    // All of it may be there, when unpacking failed for lack of space.
    const chunks = client.blobChunks(reference, layer, { length: start, hash });
    for await (const chunk of start === layer.size ? [] : chunks) {
      writeSync(fd, chunk);
      done += chunk.length;
      onProgress?.(done, layer.size);
    }
  } catch (error) {
    if (error instanceof AppError && error.code === 'registry.digest') {
      rmSync(path, { force: true });
    }
    throw error;
  } finally {
    closeSync(fd);
  }
  if (start === layer.size && `sha256:${hash.digest('hex')}` !== layer.digest) {
    rmSync(path, { force: true });
    throw new AppError('registry.digest', 'the download does not match its digest');
  }
  return path;
}

/** Unpacks beside the old files, and exchanges them when all is there. */
async function install(
  archive: string,
  folder: string,
  { file }: CachedDatabase,
  { now }: FetchOptions,
): Promise<void> {
  const staging = mkdtempSync(join(folder, '.new-'));
  try {
    const names = [file, metadataFile];
    await unpackInto(staging, createReadStream(archive) as AsyncIterable<Buffer>, (path) =>
      names.includes(path) ? path : null,
    );
    const metadata = readMetadata(join(staging, metadataFile));
    if (metadata === null || !existsSync(join(staging, file))) {
      throw new AppError('artifact.parse', `the archive lacks ${file} or its metadata`);
    }
    writeFileSync(join(staging, metadataFile), printMetadata({ ...metadata, downloadedAt: now() }));
    for (const name of names) {
      renameSync(join(staging, name), join(folder, name));
    }
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}
