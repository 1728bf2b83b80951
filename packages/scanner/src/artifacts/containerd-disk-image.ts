import { AppError } from '@lanner/core';
import { ContainerdDisk, containerdRoots, type StoredImage } from '@lanner/runtimes';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ImageSourceContext } from '../image-source.ts';
import { chooseMeant, type MeantImage, repoNames } from './containerd-names.ts';
import { folderBlobs, layerContent, readBlob } from './blobs.ts';
import type { Image, ImageLayer } from './image.ts';
import { manifestImage } from './manifest-image.ts';
import { resolveManifest } from './manifest.ts';
import { opaqueFolders } from './opaque-folders.ts';

/**
 * Opens an image of a containerd on this machine from its disk: layers come from unpacked snapshots of overlayfs where
 * there are, otherwise from the content store. Throws AppError 'artifact.missing', also when its files cannot be read.
 */
export async function openContainerdDiskImage(
  meant: MeantImage,
  context: ImageSourceContext,
): Promise<Image> {
  const roots = context.containerdRoots.length > 0 ? context.containerdRoots : containerdRoots;
  for (const root of roots.filter((one) => existsSync(join(one, 'io.containerd.metadata.v1.bolt')))) {
    const copies = await mkdtemp(join(context.temporaryFolder, 'containerd-'));
    let disk: ContainerdDisk | null = null;
    const close = async (): Promise<void> => {
      disk?.close();
      await rm(copies, { recursive: true, force: true });
    };
    try {
      disk = new ContainerdDisk(root, copies);
      const found = chooseMeant(disk.images(), meant);
      if (found !== undefined) {
        return await imageOf(found, disk, { ...context, name: meant.name, close });
      }
    } catch (error) {
      await close();
      throw isDenied(error)
        ? new AppError('artifact.missing', `the files of containerd in ${root} cannot be read`, {
            cause: error,
          })
        : error;
    }
    await close();
  }
  throw new AppError('artifact.missing', `no containerd of this machine has ${meant.reference} on its disk`);
}

function isDenied(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'EACCES' || error.code === 'EPERM');
}

async function imageOf(
  { namespace, name, digest }: StoredImage,
  disk: ContainerdDisk,
  context: ImageSourceContext & { readonly name: string; readonly close: () => Promise<void> },
): Promise<Image> {
  const { limits, platform } = context;
  const blobs = folderBlobs(disk.contentFolder);
  const read = (wanted: string): Buffer => readBlob(blobs, wanted, limits.manifest);
  const { manifest } = await resolveManifest(read, { digest }, platform);
  const isStacked = (manifest.layers?.length ?? 0) > 1;
  const readAttribute = isStacked ? ((await context.attributeReader?.()) ?? undefined) : undefined;
  const chain = new Map<string, string>();
  const image = await manifestImage({
    name: context.name,
    manifest,
    limits,
    ...repoNames({ name, digest }),
    readBlob: (one) => read(one.digest),
    fetchLayer: (layer, diffId) => {
      const folder = disk.snapshotFolder(namespace, chain.get(diffId) ?? '');
      // What a layer hides cannot be seen without reading attributes; of the lowest, nothing can be hidden.
      const canSee = readAttribute !== undefined || diffId === [...chain.keys()][0];
      const usable = folder !== null && (canSee || blobs.find(layer.digest) === null) ? folder : null;
      return Promise.resolve().then((): Awaited<ReturnType<ImageLayer['fetch']>> => ({
        content:
          usable === null
            ? layerContent(blobs, layer)
            : { kind: 'folder', path: usable, opaque: opaqueFolders(usable, readAttribute) },
        release: () => undefined,
      }));
    },
    close: context.close,
  });
  for (const [diffId, id] of chainIds(image.config.diffIds)) {
    chain.set(diffId, id);
  }
  return image;
}

/** The name of each layer together with all below it, as snapshots are called. */
function chainIds(diffIds: readonly string[]): [diffId: string, chainId: string][] {
  let parent = '';
  return diffIds.map((diffId) => {
    parent =
      parent === '' ? diffId : `sha256:${createHash('sha256').update(`${parent} ${diffId}`).digest('hex')}`;
    return [diffId, parent];
  });
}
