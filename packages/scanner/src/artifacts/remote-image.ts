import { AppError } from '@lanner/core';
import { type Descriptor, type Manifest, parseReference, type RemoteImage } from '@lanner/runtimes';
import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Image, ImageLayer, LayerProgress } from './image.ts';
import type { ImageSourceContext } from '../image-source.ts';
import { manifestImage } from './manifest-image.ts';
import { isIndex } from './manifest.ts';
import { choosePlatform } from './platform.ts';

type Context = Pick<ImageSourceContext, 'limits' | 'temporaryFolder' | 'platform' | 'registry'>;

const maxNesting = 4;

/** Opens an image of a registry; layers are downloaded when they are asked for. Throws AppError 'registry.*'. */
export async function openRemoteImage(name: string, context: Context): Promise<Image> {
  const reference = parseReference(name);
  const remote = await context.registry.open(reference);
  const manifest = await imageManifest(remote, context);
  const path = `${reference.registry}/${reference.repository}`;
  const { tag } = reference;
  return manifestImage({
    name,
    manifest,
    limits: context.limits,
    repoTags: tag === null ? [] : [`${path}:${tag}`],
    // The digest of what was named: of the index where there is one.
    repoDigests: [`${path}@${remote.digest}`],
    readBlob: (descriptor) => remote.blob(descriptor, context.limits.manifest),
    fetchLayer: (descriptor, _diffId, progress) => download(remote, descriptor, context, progress),
  });
}

async function imageManifest(
  remote: RemoteImage,
  { platform }: Pick<ImageSourceContext, 'platform'>,
): Promise<Manifest> {
  let { manifest } = remote;
  for (let i = 0; i < maxNesting; i++) {
    if (!isIndex(manifest)) {
      return manifest;
    }
    manifest = await remote.manifestOf(choosePlatform(manifest.manifests ?? [], platform).digest);
  }
  throw new AppError('registry.answer', 'indexes of the image name each other');
}

async function download(
  remote: RemoteImage,
  descriptor: Descriptor,
  { temporaryFolder }: Context,
  { onBytes }: LayerProgress,
): ReturnType<ImageLayer['fetch']> {
  const path = join(temporaryFolder, `layer-${randomUUID()}`);
  const release = (): void => void rm(path, { force: true });
  try {
    await pipeline(counted(remote.blobChunks(descriptor), onBytes), createWriteStream(path, { mode: 0o600 }));
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
  return { content: { kind: 'archive', path, offset: 0, length: descriptor.size }, release };
}

async function* counted(
  chunks: AsyncIterable<Buffer>,
  onBytes: (count: number) => void,
): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    onBytes(chunk.length);
    yield chunk;
  }
}
