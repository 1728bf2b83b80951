import { AppError } from '@lanner/core';
import type { Descriptor, Manifest } from '@lanner/runtimes';
import { isObject, type JsonObject, parseObject, present, textOf } from '../lib/json.ts';
import { isDigest, type Platform } from './image.ts';
import { choosePlatform } from './platform.ts';

const indexTypes = new Set([
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
]);
const maxNesting = 4;

/**
 * Parses a manifest or an index. Descriptors that are followed are checked, and what is no text where one should be is
 * left out. Throws AppError 'artifact.parse'.
 */
export function parseManifest(bytes: Buffer): Manifest {
  const { mediaType, artifactType, config, layers, manifests } = parseObject(
    bytes.toString('utf8'),
    'artifact.parse',
  );
  if (manifests !== undefined && !(Array.isArray(manifests) && manifests.every(isDescriptor))) {
    throw new AppError('artifact.parse', 'the index describes a manifest without a digest');
  }
  if (config !== undefined && !isDescriptor(config)) {
    throw new AppError('artifact.parse', 'the manifest describes its configuration without a digest');
  }
  return present({
    mediaType: textOf(mediaType),
    artifactType: textOf(artifactType),
    config: config === undefined ? undefined : plainDescriptor(config),
    // Whoever wants layers checks them.
    layers: Array.isArray(layers) ? (layers as readonly Descriptor[]) : undefined,
    manifests: manifests?.map(plainDescriptor),
  });
}

function isDescriptor(value: unknown): value is JsonObject & { readonly digest: string } {
  return isObject(value) && isDigest(value['digest']);
}

function plainDescriptor(value: JsonObject & { readonly digest: string }): Descriptor {
  const { mediaType, digest, size, annotations, platform } = value;
  return present({
    mediaType: textOf(mediaType) ?? '',
    digest,
    size: typeof size === 'number' ? size : 0,
    annotations: isObject(annotations) ? textMembers(annotations) : undefined,
    platform: isObject(platform) ? textMembers(platform) : undefined,
  });
}

function textMembers(value: JsonObject): Record<string, string> {
  return Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

export function isIndex(manifest: Manifest): boolean {
  return manifest.manifests !== undefined || indexTypes.has(manifest.mediaType ?? '');
}

/**
 * Follows indexes to the manifest of one image; `read` gives the bytes of a manifest or index, verified. Throws AppError
 * 'artifact.platform' when no image is for the platform.
 */
export async function resolveManifest(
  read: (digest: string) => Buffer | Promise<Buffer>,
  first: Pick<Descriptor, 'digest'>,
  platform: Platform | null,
): Promise<{ manifest: Manifest; digest: string }> {
  let { digest } = first;
  for (let i = 0; i < maxNesting; i++) {
    const manifest = parseManifest(await read(digest));
    if (!isIndex(manifest)) {
      return { manifest, digest };
    }
    ({ digest } = choosePlatform(manifest.manifests ?? [], platform));
  }
  throw new AppError('artifact.parse', 'indexes of the image name each other');
}
