import { AppError } from '@lanner/core';
import type { Descriptor, Manifest } from '@lanner/runtimes';
import { existsSync, statSync } from 'node:fs';
import {
  type Blobs,
  type FileRange,
  folderBlobs,
  layerContent,
  readBlob,
  readRange,
  tarBlobs,
} from './blobs.ts';
import type { Image } from './image.ts';
import type { ImageSourceContext } from '../image-source.ts';
import { manifestImage } from './manifest-image.ts';
import { parseManifest, resolveManifest } from './manifest.ts';
import { plainArchive } from './plain-archive.ts';
import { choosePlatform } from './platform.ts';
import { indexTar } from './tar-index.ts';

type Context = Pick<ImageSourceContext, 'limits' | 'temporaryFolder' | 'platform'>;

interface Layout {
  readonly blobs: Blobs;
  readonly index: FileRange;
  readonly close: () => Promise<void>;
}

/** Which image of a layout is meant. */
interface Choice {
  readonly path: string;
  readonly tag: string | null;
  readonly digest: string | null;
}

/** Opens `PATH`, `PATH:TAG` or `PATH@DIGEST`. Throws AppError 'artifact.*'. */
export async function openOciLayout(target: string, context: Context): Promise<Image> {
  const choice = parseTarget(target);
  const layout = await openLayout(choice.path, context);
  try {
    const index = parseManifest(readRange(layout.index, context.limits.manifest));
    const descriptor = chooseImage(index, choice, context);
    const read = (digest: string): Buffer => readBlob(layout.blobs, digest, context.limits.manifest);
    const { manifest } = await resolveManifest(read, descriptor, context.platform);
    return await manifestImage({
      name: target,
      manifest,
      limits: context.limits,
      readBlob: ({ digest }) => read(digest),
      fetchLayer: (layer) =>
        Promise.resolve().then(() => ({
          content: layerContent(layout.blobs, layer),
          release: () => undefined,
        })),
      close: layout.close,
    });
  } catch (error) {
    await layout.close();
    throw error;
  }
}

function parseTarget(target: string): Choice {
  if (existsSync(target)) {
    return { path: target, tag: null, digest: null };
  }
  const [, path = target, digest = null] = /^(.*)@(sha256:[0-9a-f]{64})$/.exec(target) ?? [];
  const [, beforeTag = path, tag = null] = digest === null ? (/^(.*):([^/:]+)$/.exec(path) ?? []) : [];
  return { path: beforeTag, tag, digest };
}

async function openLayout(path: string, context: Context): Promise<Layout> {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats?.isDirectory() === true) {
    const length = statSync(`${path}/index.json`, { throwIfNoEntry: false })?.size;
    if (length === undefined) {
      throw noLayout(path);
    }
    const index = { path: `${path}/index.json`, offset: 0, length };
    return { blobs: folderBlobs(path), index, close: () => Promise.resolve() };
  }
  const archive = await plainArchive(path, context);
  const tar = indexTar(archive.path);
  const index = tar.find('index.json');
  if (index === null) {
    await archive.remove();
    throw noLayout(path);
  }
  return { blobs: tarBlobs(tar), index, close: archive.remove };
}

function noLayout(path: string): AppError {
  return new AppError('artifact.parse', `${path} is no OCI layout: it has no index.json`);
}

function chooseImage({ manifests = [] }: Manifest, choice: Choice, { platform }: Context): Descriptor {
  if (choice.tag === null && choice.digest === null) {
    // Several manifests without names are one image for several platforms.
    const named = manifests.some(({ annotations }) => refName(annotations) !== undefined);
    const [first] = manifests;
    if (first === undefined) {
      throw new AppError('artifact.parse', 'the layout has no valid manifest');
    }
    return named || manifests.length === 1 ? first : choosePlatform(manifests, platform);
  }
  const found = manifests.find(({ digest, annotations }) =>
    choice.digest === null ? isNamed(annotations, choice.tag ?? '') : digest === choice.digest,
  );
  if (found === undefined) {
    const names = manifests.map(({ digest, annotations }) => refName(annotations) ?? digest);
    throw new AppError('artifact.missing', `the layout has no image ${choice.digest ?? choice.tag ?? ''}`, {
      hint: names.length === 0 ? 'Its index is empty.' : `It has: ${names.slice(0, 20).join(', ')}`,
    });
  }
  return found;
}

type Annotations = Readonly<Record<string, string>> | undefined;

function refName(annotations: Annotations): string | undefined {
  return annotations?.['org.opencontainers.image.ref.name'];
}

function isNamed(annotations: Annotations, tag: string): boolean {
  const name = refName(annotations);
  return name === tag || name?.endsWith(`:${tag}`) === true;
}
