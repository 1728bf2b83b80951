import { AppError } from '@lanner/core';
import { type Manifest, parseReference, type RemoteImage } from '@lanner/runtimes';
import { downloadLayer } from './download-layer.ts';
import type { Image } from './image.ts';
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
    fetchLayer: (descriptor, _diffId, progress) =>
      downloadLayer(remote.blobChunks(descriptor), descriptor, context.temporaryFolder, progress),
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
