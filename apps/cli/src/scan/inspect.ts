import { AppError, unreadable } from '@lanner/core';
import {
  applyLayers,
  type ArtifactContent,
  type ArtifactType,
  type Bom,
  defaultLimits,
  type Image,
  inspectLayers,
  type LayerResult,
  matchingReference,
  namedSources,
  openImage,
  openImageFile,
  parsePlatform,
  type ReportMetadata,
  readSbom,
  type SecretFile,
} from '@lanner/scanner';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { attributeReader } from './attributes.ts';
import { cloneRepository, repositoryAddress } from './clone.ts';
import { gitMetadata } from './git.ts';
import { imageConfigSecrets, openAnalysis, openCache } from './analysis.ts';
import { parseSize } from './size.ts';
import { registryFor } from './registry-settings.ts';
import type { ScanContext } from './scan-context.ts';

/** What a scan found in its target, before anything is looked up. */
export interface Inspected {
  readonly name: string;
  readonly type: ArtifactType;
  readonly id?: string;
  readonly metadata: ReportMetadata;
  readonly content: ArtifactContent;
  readonly bom?: Bom;
}

/** Reads the target. Throws AppError when it cannot be read at all. */
export async function inspect(context: ScanContext): Promise<Inspected> {
  switch (context.kind) {
    case 'image':
      return inspectImage(context);
    case 'sbom':
      return inspectSbom(context);
    default:
      return inspectFolder(context, context.kind);
  }
}

async function inspectImage(context: ScanContext): Promise<Inspected> {
  context.progress.phase('finding the image');
  const image = await findImage(context);
  const analysis = openAnalysis(context, 'image');
  const cache = openCache(context);
  try {
    checkCompressedSize(image, context);
    context.progress.phase('reading layers');
    context.progress.layers(image.layers.length);
    const layers = await untilAborted(
      context.signal,
      inspectLayers(image, {
        cache,
        keyOf: analysis.keyOf,
        runner: analysis.runner,
        parallel: analysis.parallel,
        progress: { onLayer: context.progress.layerDone, onBytes: context.progress.bytes },
        log: context.log,
      }),
    );
    layers.forEach((layer) => tellProblems(layer, layer.analysis.diffId ?? '', context));
    checkSize(layers, context);
    return imageResult(image, layers, imageConfigSecrets(context, image));
  } finally {
    cache?.close();
    await analysis.close();
    await image.close();
  }
}

async function findImage(context: ScanContext): Promise<Image> {
  const { settings, environment, log, folder } = context;
  const platform = settings.text('image.platform');
  const docker = settings.text('image.docker.host');
  const podman = settings.text('image.podman.host');
  const sourceContext = {
    log,
    limits: defaultLimits,
    temporaryFolder: folder,
    platform: platform === undefined ? null : parsePlatform(platform),
    env: environment.env,
    registry: registryFor({ settings, env: environment.env, signal: context.signal, log }),
    hosts: { ...(docker === undefined ? {} : { docker }), ...(podman === undefined ? {} : { podman }) },
    attributeReader,
    containerdRoots: (environment.env['LANNER_CONTAINERD_ROOT'] ?? '')
      .split(':')
      .filter((root) => root !== ''),
  };
  const input = settings.text('image.input');
  if (input !== undefined) {
    return openImageFile(input, sourceContext);
  }
  const sources = settings.isGiven('image.source') ? settings.list('image.source') : namedSources;
  return openImage(context.target, sources, sourceContext);
}

function imageResult(
  image: Image,
  layers: readonly LayerResult[],
  configSecrets: readonly SecretFile[],
): Inspected {
  const content = applyLayers(layers.map(({ analysis }) => analysis));
  const [repoTags, repoDigests] = [image.repoTags.map(shortName), image.repoDigests.map(shortName)];
  const reference = matchingReference(image.name, [...repoTags, ...repoDigests]);
  let size = 0;
  for (const layer of layers) {
    size += layer.size;
  }
  return {
    name: image.name,
    type: 'container_image',
    // The same image in another repository is another artifact; its tag does not matter.
    id: reference === null ? image.imageId : sha256(`${image.imageId}:${reference.place}`),
    content: { ...content, secrets: [...content.secrets, ...configSecrets] },
    metadata: {
      size,
      imageId: image.imageId,
      diffIds: image.config.diffIds,
      ...(repoTags.length === 0 ? {} : { repoTags }),
      ...(repoDigests.length === 0 ? {} : { repoDigests }),
      ...(reference === null ? {} : { reference: reference.text }),
      imageConfig: image.config.raw,
      layers: layers.map(({ analysis: { digest, diffId }, size: bytes }) => ({
        size: bytes,
        ...(digest === undefined ? {} : { digest }),
        ...(diffId === undefined ? {} : { diffId }),
      })),
    },
  };
}

function sha256(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}

/** As people write names of Docker's own registry. */
function shortName(name: string): string {
  return name.replace(/^(?:index\.)?docker\.io\//, '').replace(/^library\//, '');
}

async function inspectFolder(context: ScanContext, kind: 'fs' | 'rootfs' | 'repo'): Promise<Inspected> {
  const { target } = context;
  const address = kind === 'repo' ? repositoryAddress(target) : null;
  if (address === null) {
    return readFolder(context, kind, { folder: target, name: hostName(target) ?? target });
  }
  context.progress.phase('cloning the repository');
  return readFolder(context, kind, { ...(await cloneRepository(address, context)), name: target });
}

interface FolderTarget {
  readonly folder: string;
  /** What the artifact is called. */
  readonly name: string;
  readonly commitText?: string;
}

async function readFolder(
  context: ScanContext,
  kind: 'fs' | 'rootfs' | 'repo',
  { folder, name, commitText }: FolderTarget,
): Promise<Inspected> {
  const analysis = openAnalysis(context, kind);
  try {
    context.progress.phase('reading files');
    const result = await untilAborted(
      context.signal,
      analysis
        .runner()
        .folder(folder, (count) => context.progress.bytes('layer', count), context.progress.files),
    );
    tellProblems(result, name, context);
    const git = kind === 'rootfs' ? null : gitMetadata(folder, context.log, commitText);
    return {
      name,
      type: kind === 'repo' || git !== null ? 'repository' : 'filesystem',
      ...(git?.commit === undefined ? {} : { id: sha256(`${git.repoUrl ?? name}@${git.commit}`) }),
      metadata: git ?? {},
      content: applyLayers([result.analysis]),
    };
  } finally {
    await analysis.close();
  }
}

/** A root file system is known by its host. */
function hostName(folder: string): string | null {
  try {
    const name = readFileSync(join(folder, 'etc/hostname'), 'utf8').slice(0, 255).trim();
    return name === '' ? null : name;
  } catch {
    // Most folders have none.
    return null;
  }
}

function inspectSbom({ target, progress }: ScanContext): Inspected {
  progress.phase('reading the SBOM');
  let bytes: Buffer;
  try {
    bytes = readFileSync(target);
  } catch (error) {
    throw unreadable(target, error);
  }
  const { artifactType, bom, packageLists, applications, metadata } = readSbom(bytes);
  const { os } = metadata;
  const content = applyLayers([
    {
      opaqueDirs: [],
      whiteoutFiles: [],
      ...(os === undefined ? {} : { os }),
      packageLists,
      applications,
      systemFiles: [],
      secrets: [],
      licenses: [],
      digests: {},
      customResources: [],
    },
  ]);
  return { name: target, type: artifactType, metadata, content, bom };
}

function tellProblems(
  { problems, problemCount, complete }: LayerResult,
  where: string,
  { log }: ScanContext,
): void {
  for (const { path, analyzer, code, message } of problems) {
    log.warn(path === '' ? 'a layer was not read to its end' : 'a file was skipped', {
      ...(path === '' ? { layer: where } : { path }),
      ...(analyzer === undefined ? {} : { analyzer }),
      code,
      problem: message,
    });
  }
  if (problemCount > problems.length || !complete) {
    log.warn('not everything could be looked at', { where, problems: problemCount });
  }
}

function checkCompressedSize(image: Image, context: ScanContext): void {
  let size = 0;
  for (const layer of image.layers) {
    size += layer.compressedSize ?? 0;
  }
  checkLimit(size, 'packed', context);
}

function checkSize(layers: readonly LayerResult[], context: ScanContext): void {
  let size = 0;
  for (const layer of layers) {
    size += layer.size;
  }
  checkLimit(size, 'unpacked', context);
}

function checkLimit(size: number, form: string, { settings }: ScanContext): void {
  const text = settings.text('image.max-size');
  const limit = text === undefined ? Number.POSITIVE_INFINITY : parseSize(text);
  if (size > limit) {
    throw new AppError('artifact.limit', `the image has ${size} bytes ${form}, more than ${text ?? ''}`, {
      hint: 'Allow more with --max-image-size.',
    });
  }
}

/** Rejects as soon as the signal is aborted. */
function untilAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  if (signal.aborted) {
    return Promise.reject(aborted(signal));
  }
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(aborted(signal));
    signal.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}

function aborted(signal: AbortSignal): Error {
  return signal.reason instanceof AppError
    ? signal.reason
    : new AppError('usage.invalid', 'the scan was stopped');
}
