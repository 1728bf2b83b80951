import { AppError } from '@lanner/core';
import { type Descriptor, sha256 } from '@lanner/runtimes';
import { closeSync, openSync, realpathSync, statSync } from 'node:fs';
import { isDigest, type LayerContent } from './image.ts';
import { readAt } from './scratch.ts';
import type { TarIndex } from './tar-index.ts';

/** A part of a file. */
export interface FileRange {
  readonly path: string;
  readonly offset: number;
  readonly length: number;
}

/** Content by digest, on local disk. */
export interface Blobs {
  /** Null when there is no such blob. Throws AppError 'artifact.parse' for a digest that could not be one. */
  readonly find: (digest: string) => FileRange | null;
}

/** Blobs as files of a folder: `blobs/sha256/HEX`, as an OCI layout and containerd's content store have them. */
export function folderBlobs(folder: string): Blobs {
  return {
    find(digest) {
      const path = `${folder}/blobs/${digestPath(digest)}`;
      const stats = statSync(path, { throwIfNoEntry: false });
      if (stats === undefined) {
        return null;
      }
      const real = realpathSync(path);
      if (!stats.isFile() || !real.startsWith(`${realpathSync(folder)}/`)) {
        throw new AppError('artifact.parse', `the blob ${digest} is no file of the layout`);
      }
      return { path: real, offset: 0, length: stats.size };
    },
  };
}

/** Blobs as members of a tar archive. */
export function tarBlobs(index: TarIndex): Blobs {
  return { find: (digest) => index.find(`blobs/${digestPath(digest)}`) };
}

function digestPath(digest: string): string {
  const known: boolean = isDigest(digest);
  if (!known) {
    throw new AppError('artifact.parse', `'${digest}' is no digest that is known`);
  }
  return digest.replace(':', '/');
}

/** The bytes of a small blob, verified. Throws AppError 'artifact.parse' | 'artifact.limit'. */
export function readBlob(blobs: Blobs, digest: string, maxBytes: number): Buffer {
  const range = blobs.find(digest);
  if (range === null) {
    throw new AppError('artifact.missing', `the image lacks the blob ${digest}`);
  }
  const bytes = readRange(range, maxBytes);
  if (sha256(bytes) !== digest) {
    throw new AppError('artifact.parse', `the blob ${digest} has other content than its digest says`);
  }
  return bytes;
}

/** Where a layer lies. Throws AppError when it is absent, or is not as long as its descriptor says. */
export function layerContent(blobs: Blobs, { digest, size }: Descriptor): LayerContent {
  const range = blobs.find(digest);
  if (range === null) {
    throw new AppError('artifact.missing', `the image lacks the layer ${digest}`);
  }
  if (range.length !== size) {
    throw new AppError('artifact.parse', `the layer ${digest} has ${range.length} bytes, not ${size}`);
  }
  return { kind: 'archive', ...range };
}

/** A part of a file in memory. Throws AppError 'artifact.limit' when it has more than `maxBytes`. */
export function readRange({ path, offset, length }: FileRange, maxBytes: number): Buffer {
  if (length > maxBytes) {
    throw new AppError('artifact.limit', `a manifest of the image has more than ${maxBytes} bytes`);
  }
  const file = openSync(path, 'r');
  try {
    return readAt(file, offset, length);
  } finally {
    closeSync(file);
  }
}
