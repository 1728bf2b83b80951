import { AppError } from '@lanner/core';
import {
  ContainerdDisk,
  containerdRoots,
  type Descriptor,
  parseReference,
  printReference,
  type StoredImage,
} from '@lanner/runtimes';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ImageSourceContext } from '../image-source.ts';
import { folderBlobs, layerContent, readBlob } from './blobs.ts';
import type { Image, ImageLayer } from './image.ts';
import { manifestImage } from './manifest-image.ts';
import { resolveManifest } from './manifest.ts';
import { opaqueFolders } from './opaque-folders.ts';

/**
 * Opens an image of a containerd on this machine from its disk: layers come from unpacked snapshots of overlayfs where
 * there are, otherwise from the content store. Throws AppError 'artifact.missing'.
 */
export async function openContainerdImage(name: string, context: ImageSourceContext): Promise<Image> {
  const roots = context.containerdRoots.length > 0 ? context.containerdRoots : containerdRoots;
  const wanted = printReference(parseReference(name));
  const namespace = context.env['CONTAINERD_NAMESPACE'];
  for (const root of roots.filter((one) => existsSync(join(one, 'io.containerd.metadata.v1.bolt')))) {
    const copies = await mkdtemp(join(context.temporaryFolder, 'containerd-'));
    const disk = new ContainerdDisk(root, copies);
    const close = async (): Promise<void> => {
      disk.close();
      await rm(copies, { recursive: true, force: true });
    };
    try {
      const found = [...disk.images()].find(
        (image) => isMeant(image, name, wanted) && (namespace === undefined || image.namespace === namespace),
      );
      if (found !== undefined) {
        return await imageOf(found, disk, { ...context, name, close });
      }
    } catch (error) {
      await close();
      throw error;
    }
    await close();
  }
  throw new AppError('artifact.missing', `no containerd of this machine has ${wanted} on its disk`);
}

function isMeant(image: StoredImage, name: string, wanted: string): boolean {
  return image.name === name || image.name === wanted || image.digest === name;
}

async function imageOf(
  { namespace, name, digest }: StoredImage,
  disk: ContainerdDisk,
  context: ImageSourceContext & { readonly name: string; readonly close: () => Promise<void> },
): Promise<Image> {
  const { limits, platform } = context;
  const blobs = folderBlobs(disk.contentFolder);
  const descriptor: Descriptor = { mediaType: '', digest, size: 0 };
  const { manifest } = await resolveManifest(blobs, descriptor, platform, limits);
  const isStacked = (manifest.layers?.length ?? 0) > 1;
  const readAttribute = isStacked ? ((await context.attributeReader?.()) ?? undefined) : undefined;
  const chain = new Map<string, string>();
  const image = await manifestImage({
    name: context.name,
    manifest,
    limits,
    repoTags: name.includes('@') ? [] : [name],
    repoDigests: [`${name.replace(/@.*$/, '').replace(/:[^:/]*$/, '')}@${digest}`],
    readBlob: (one) => readBlob(blobs, one.digest, limits.manifest),
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
