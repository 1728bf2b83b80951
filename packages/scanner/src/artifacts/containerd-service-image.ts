import { AppError } from '@lanner/core';
import { ContainerdImages, type StoredImage } from '@lanner/runtimes';
import { statSync } from 'node:fs';
import type { ImageSourceContext } from '../image-source.ts';
import { chooseMeant, type MeantImage, repoNames } from './containerd-names.ts';
import { downloadLayer } from './download-layer.ts';
import type { Image } from './image.ts';
import { manifestImage } from './manifest-image.ts';
import { resolveManifest } from './manifest.ts';

/**
 * Opens an image of a containerd that is asked at one of the sockets; layers are read out of its content store when they
 * are asked for. Throws AppError 'artifact.missing' when none has it, or none answers.
 */
export async function openContainerdServiceImage(
  meant: MeantImage,
  sockets: readonly string[],
  context: ImageSourceContext,
): Promise<Image> {
  const problems: string[] = [];
  for (const socket of sockets.filter(isSocket)) {
    const service = new ContainerdImages(socket);
    try {
      const found = chooseMeant(await service.find([meant.name, meant.reference]), meant);
      if (found !== undefined) {
        return await imageOf(found, service, meant.name, context);
      }
      problems.push(`containerd at ${socket} has no image ${meant.reference}`);
      service.close();
    } catch (error) {
      service.close();
      if (!(error instanceof AppError) || !error.code.startsWith('runtime.')) {
        throw error;
      }
      problems.push(`containerd at ${socket} cannot be asked: ${reasonOf(error)}`);
    }
  }
  throw new AppError(
    'artifact.missing',
    problems.length > 0 ? problems.join('; ') : `no containerd listens at ${sockets.join(', ')}`,
  );
}

/** What lies below, such as a permission that is lacking, says more than that there was no answer. */
function reasonOf({ message, cause }: AppError): string {
  return cause instanceof Error ? cause.message : message;
}

function isSocket(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isSocket() === true;
  } catch {
    // A folder above it may not be looked into.
    return false;
  }
}

async function imageOf(
  { namespace, name, digest }: StoredImage,
  service: ContainerdImages,
  asked: string,
  { limits, platform, temporaryFolder }: ImageSourceContext,
): Promise<Image> {
  const read = (wanted: string): Promise<Buffer> => service.content(namespace, wanted, limits.manifest);
  const { manifest } = await resolveManifest(read, { digest }, platform);
  return manifestImage({
    name: asked,
    manifest,
    limits,
    ...repoNames({ name, digest }),
    readBlob: (descriptor) => read(descriptor.digest),
    fetchLayer: (descriptor, _diffId, progress) =>
      downloadLayer(service.chunks(namespace, descriptor), descriptor, temporaryFolder, progress),
    close: () => {
      service.close();
      return Promise.resolve();
    },
  });
}
