import { AppError } from '@lanner/core';
import { type Descriptor, type Manifest, sha256 } from '@lanner/runtimes';
import { type Image, type ImageLayer, isDigest, parseConfig, type LayerProgress } from './image.ts';
import type { ArtifactLimits } from './limits.ts';

export interface ManifestImageInput {
  readonly name: string;
  readonly manifest: Manifest;
  readonly limits: ArtifactLimits;
  readonly repoTags?: readonly string[];
  readonly repoDigests?: readonly string[];
  /** The bytes of a small blob, verified. */
  readonly readBlob: (descriptor: Descriptor) => Buffer | Promise<Buffer>;
  readonly fetchLayer: (
    descriptor: Descriptor,
    diffId: string,
    progress: LayerProgress,
  ) => ReturnType<ImageLayer['fetch']>;
  readonly close?: () => Promise<void>;
}

const configTypes = new Set([
  'application/vnd.oci.image.config.v1+json',
  'application/vnd.docker.container.image.v1+json',
]);

/** An image from its manifest. Throws AppError 'artifact.parse' for a manifest that is not that of an image. */
export async function manifestImage(input: ManifestImageInput): Promise<Image> {
  const { manifest, limits } = input;
  checkKind(manifest);
  const layers = checkedLayers(manifest, limits);
  if (manifest.config === undefined) {
    throw new AppError('artifact.parse', 'the manifest names no configuration');
  }
  const bytes = await input.readBlob(manifest.config);
  const config = parseConfig(bytes, limits.layers);
  if (config.diffIds.length !== layers.length) {
    throw new AppError(
      'artifact.parse',
      `the manifest has ${layers.length} layers, the configuration ${config.diffIds.length}`,
    );
  }
  return {
    name: input.name,
    imageId: sha256(bytes),
    config,
    repoTags: input.repoTags ?? [],
    repoDigests: input.repoDigests ?? [],
    layers: config.diffIds.map((diffId, i) => imageLayer(input, diffId, layers[i], config.commands[i])),
    close: input.close ?? (() => Promise.resolve()),
  };
}

function imageLayer(
  { fetchLayer }: ManifestImageInput,
  diffId: string,
  descriptor: Descriptor | undefined,
  createdBy: string | undefined,
): ImageLayer {
  if (descriptor === undefined) {
    throw new AppError('artifact.parse', 'the manifest lacks a layer');
  }
  const { digest, size } = descriptor;
  return {
    diffId,
    digest,
    compressedSize: size,
    ...(createdBy === undefined ? {} : { createdBy }),
    fetch: (progress) => fetchLayer(descriptor, diffId, progress),
  };
}

function checkKind({ artifactType, config }: Manifest): void {
  const type = artifactType ?? config?.mediaType;
  if (type !== undefined && type !== '' && !configTypes.has(type)) {
    throw new AppError('artifact.parse', `this is no container image but ${type}`, {
      hint: 'Scan an image, or read an SBOM with lanner scan sbom.',
    });
  }
}

function checkedLayers(manifest: Manifest, limits: ArtifactLimits): readonly Descriptor[] {
  // The manifest comes from outside: nothing says that its layers are a list.
  const layers: readonly Descriptor[] = Array.isArray(manifest.layers)
    ? (manifest.layers as Descriptor[])
    : [];
  if (layers.length > limits.layers) {
    throw new AppError('artifact.limit', `the image has more than ${limits.layers} layers`);
  }
  for (const layer of layers as readonly (Partial<Descriptor> | null)[]) {
    if (!isDigest(layer?.digest) || typeof layer.size !== 'number' || !(layer.size >= 0)) {
      throw new AppError('artifact.parse', 'the manifest describes a layer without digest or size');
    }
  }
  return layers;
}
