import { AppError } from '@lanner/core';
import type { Descriptor, Manifest } from '@lanner/runtimes';
import { parseObject } from '../lib/json.ts';
import { type Blobs, readBlob } from './blobs.ts';
import { isDigest, type Platform } from './image.ts';
import type { ArtifactLimits } from './limits.ts';
import { choosePlatform } from './platform.ts';

const indexTypes = new Set([
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
]);
const maxNesting = 4;

/** Parses a manifest or an index; the descriptors that are followed are checked. Throws AppError 'artifact.parse'. */
export function parseManifest(bytes: Buffer): Manifest {
  const manifest = parseObject(bytes.toString('utf8'), 'artifact.parse') as Manifest;
  const { manifests, config } = manifest as { manifests?: unknown; config?: unknown };
  if (manifests !== undefined && !(Array.isArray(manifests) && manifests.every(isDescriptor))) {
    throw new AppError('artifact.parse', 'the index describes a manifest without a digest');
  }
  if (config !== undefined && !isDescriptor(config)) {
    throw new AppError('artifact.parse', 'the manifest describes its configuration without a digest');
  }
  return manifest;
}

function isDescriptor(value: unknown): value is Descriptor {
  return typeof value === 'object' && value !== null && isDigest((value as Partial<Descriptor>).digest);
}

export function isIndex(manifest: Manifest): boolean {
  return manifest.manifests !== undefined || indexTypes.has(manifest.mediaType ?? '');
}

/**
 * Follows indexes to the manifest of one image. `chosen` is what an outer index says of the first. Throws AppError
 * 'artifact.platform' when no image is for the platform.
 */
export async function resolveManifest(
  blobs: Blobs,
  first: Descriptor,
  platform: Platform | null,
  limits: ArtifactLimits,
): Promise<{ manifest: Manifest; digest: string }> {
  let { digest } = first;
  for (let i = 0; i < maxNesting; i++) {
    const manifest = parseManifest(await readBlob(blobs, digest, limits.manifest));
    if (!isIndex(manifest)) {
      return { manifest, digest };
    }
    ({ digest } = choosePlatform(manifest.manifests ?? [], platform));
  }
  throw new AppError('artifact.parse', 'indexes of the image name each other');
}
