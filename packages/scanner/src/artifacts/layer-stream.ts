import { AppError } from '@lanner/core';
import { createHash } from 'node:crypto';
import type { ArtifactLimits } from './limits.ts';
import { unpack, type UnpackOptions } from './unpack.ts';

/** Each change between the threads costs the same, so few large pieces; two or three of them are in memory at once. */
const unpackedBytes = 2 ** 20;

/** The bytes of a layer unpacked, and what they were found to be. */
export interface LayerStream {
  /** Each is valid until the next is asked for: its memory is then given back. */
  readonly chunks: AsyncIterable<Buffer>;
  /** `sha256:…` of what was read so far. */
  readonly digest: () => string;
}

/**
 * Unpacks a layer as it streams by, gzip, zstd or plain by its first bytes. Throws AppError 'artifact.parse' for damage
 * and 'artifact.limit' for what unpacks to too much. Who compares the digest with what it should be says so: the
 * checksums of gzip are then not computed besides.
 */
export function layerStream(
  compressed: AsyncIterable<Buffer>,
  limits: ArtifactLimits,
  { chunkSize = unpackedBytes, isChecked = false }: Partial<UnpackOptions> = {},
): LayerStream {
  const hash = createHash('sha256');
  async function* chunks(): AsyncGenerator<Buffer> {
    const counter = { compressed: 0 };
    let unpacked = 0;
    for await (const chunk of unpack(counted(compressed, counter), { chunkSize, isChecked })) {
      unpacked += chunk.length;
      checkSize(unpacked, counter.compressed, limits);
      hash.update(chunk);
      yield chunk;
    }
  }
  return { chunks: chunks(), digest: () => `sha256:${hash.copy().digest('hex')}` };
}

async function* counted(
  source: AsyncIterable<Buffer>,
  counter: { compressed: number },
): AsyncGenerator<Buffer> {
  for await (const chunk of source) {
    counter.compressed += chunk.length;
    yield chunk;
  }
}

function checkSize(unpacked: number, compressed: number, limits: ArtifactLimits): void {
  if (unpacked > limits.layer) {
    throw new AppError('artifact.limit', `the layer unpacks to more than ${limits.layer} bytes`);
  }
  if (unpacked > limits.ratioFrom && unpacked > compressed * limits.ratio) {
    throw new AppError('artifact.limit', `the layer unpacks to more than ${limits.ratio} times its size`);
  }
}
