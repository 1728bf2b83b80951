import { AppError, unreadable } from '@lanner/core';
import { createReadStream, openSync, closeSync, fstatSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ImageSourceContext } from '../image-source.ts';
import { layerStream } from './layer-stream.ts';
import { readAt } from './scratch.ts';
import { writeChunks } from './write-chunks.ts';

/** A tar archive that can be read at any place. */
export interface PlainArchive {
  readonly path: string;
  /** Removes the unpacked copy, if there is one. */
  readonly remove: () => Promise<void>;
}

/** The archive itself when it is plain, otherwise a copy of it, unpacked, in the temporary folder. Throws AppError. */
export async function plainArchive(
  path: string,
  { limits, temporaryFolder }: Pick<ImageSourceContext, 'limits' | 'temporaryFolder'>,
): Promise<PlainArchive> {
  if (isTar(path)) {
    return { path, remove: () => Promise.resolve() };
  }
  const folder = await mkdtemp(join(temporaryFolder, 'archive-'));
  const copy = join(folder, 'image.tar');
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    const { chunks } = layerStream(createReadStream(path) as AsyncIterable<Buffer>, limits);
    await writeChunks(chunks, copy);
    if (!isTar(copy)) {
      throw new AppError('artifact.parse', `${path} is no tar archive`);
    }
    return { path: copy, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** By the mark that all formats since ustar have. Throws AppError 'file.read'. */
function isTar(path: string): boolean {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (error) {
    throw unreadable(path, error);
  }
  try {
    if (!fstatSync(file).isFile()) {
      throw new AppError('artifact.parse', `${path} is no archive`);
    }
    return readAt(file, 257, 5).toString('latin1') === 'ustar';
  } finally {
    closeSync(file);
  }
}
