import { AppError } from '@lanner/core';
import { sha256 } from '@lanner/runtimes';
import { rm } from 'node:fs/promises';
import { isObject, textsOf, textOf, type JsonObject } from '../lib/json.ts';
import { readRange } from './blobs.ts';
import { entryPath } from './entry-path.ts';
import { type Image, type ImageLayer, parseConfig } from './image.ts';
import type { ImageSourceContext } from '../image-source.ts';
import { plainArchive } from './plain-archive.ts';
import { type TarIndex, indexTar } from './tar-index.ts';

type Context = Pick<ImageSourceContext, 'limits' | 'temporaryFolder' | 'log'>;

/** Opens an archive with a `manifest.json`. Throws AppError 'artifact.*'. */
export async function openDockerArchive(path: string, context: Context): Promise<Image> {
  const archive = await plainArchive(path, context);
  try {
    return archiveImage(path, archive, context);
  } catch (error) {
    await archive.remove();
    throw error;
  }
}

/** Opens an archive that lies in the temporary folder and goes when the image is closed. */
export async function openSavedImage(path: string, name: string, context: Context): Promise<Image> {
  const image = await openDockerArchive(path, context);
  return {
    ...image,
    name,
    close: async () => {
      await image.close();
      await rm(path, { force: true });
    },
  };
}

function archiveImage(
  path: string,
  archive: { path: string; remove: () => Promise<void> },
  { limits, log }: Context,
): Image {
  const index = indexTar(archive.path);
  const manifest = parseList(readMember(index, 'manifest.json', limits.manifest));
  const [first, ...others] = manifest;
  if (first === undefined) {
    throw new AppError('artifact.parse', 'the archive holds no image');
  }
  if (others.length > 0) {
    log.warn('the archive holds several images, the first is scanned', { path, images: manifest.length });
  }
  const configBytes = readMember(index, textOf(first['Config']) ?? '', limits.manifest);
  const config = parseConfig(configBytes, limits.layers);
  const layers = textsOf(first['Layers']);
  if (layers.length !== config.diffIds.length) {
    throw new AppError(
      'artifact.parse',
      `the archive has ${layers.length} layers, the configuration ${config.diffIds.length}`,
    );
  }
  return {
    name: path,
    imageId: sha256(configBytes),
    config,
    repoTags: textsOf(first['RepoTags']),
    repoDigests: [],
    layers: config.diffIds.map((diffId, i) =>
      memberLayer(index, layers[i] ?? '', diffId, config.commands[i]),
    ),
    close: archive.remove,
  };
}

function memberLayer(
  index: TarIndex,
  member: string,
  diffId: string,
  createdBy: string | undefined,
): ImageLayer {
  return {
    diffId,
    ...(createdBy === undefined ? {} : { createdBy }),
    fetch: () => {
      const range = findMember(index, member);
      return Promise.resolve({ content: { kind: 'archive', ...range }, release: () => undefined });
    },
  };
}

function findMember(index: TarIndex, member: string): { path: string; offset: number; length: number } {
  const range = index.find(entryPath(member) ?? '');
  if (range === null) {
    throw new AppError('artifact.missing', `the archive lacks ${member === '' ? 'a part' : member}`);
  }
  return range;
}

function readMember(index: TarIndex, member: string, maxBytes: number): Buffer {
  return readRange(findMember(index, member), maxBytes);
}

function parseList(bytes: Buffer): JsonObject[] {
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    throw new AppError('artifact.parse', 'manifest.json of the archive is no JSON', { cause: error });
  }
  if (!Array.isArray(value) || !value.every(isObject)) {
    throw new AppError('artifact.parse', 'manifest.json of the archive is no list of images');
  }
  return value;
}
