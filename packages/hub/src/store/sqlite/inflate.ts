import { zstdDecompressSync } from 'node:zlib';

/** Larger ones are unpacked in pieces: what a damaged frame says of itself is not believed. */
const maxChunk = 4 * 1024 * 1024;
const usualChunk = 64 * 1024;
/** Bytes of the size by the two bits that say how long it is. */
const sizeBytes = [1, 2, 4, 8] as const;

/** Unpacks a zstd frame at one go, into memory of its size, not in pieces that are put together. Throws when it is damaged. */
export function inflate(packed: Uint8Array): Buffer<ArrayBuffer> {
  // One byte more, so that the end is seen in the same step.
  const size = contentSize(packed);
  return zstdDecompressSync(packed, {
    chunkSize: size === null || size > maxChunk ? usualChunk : Math.max(64, size + 1),
  });
}

/** What the head of a frame says of its content (RFC 8878, 3.1.1.1); null for nothing. */
export function contentSize(packed: Uint8Array): number | null {
  const descriptor = packed[4] ?? 0;
  const single = (descriptor & 32) !== 0;
  const flag = descriptor >> 6;
  if (flag === 0 && !single) {
    return null;
  }
  const at = 5 + (single ? 0 : 1) + ([0, 1, 2, 4][descriptor & 3] ?? 0);
  let size = flag === 1 ? 256 : 0;
  for (let index = 0; index < (sizeBytes[flag] ?? 0); index++) {
    size += (packed[at + index] ?? 0) * 256 ** index;
  }
  return size;
}

/**
 * Gives the memory of bytes back that nobody looks at any more; they are empty then. V8 counts tens of megabytes outside of
 * its heap before it looks for garbage there.
 */
export function release(bytes: Uint8Array): void {
  const { buffer } = bytes;
  // Small ones share the memory of a pool with others.
  if (buffer instanceof ArrayBuffer && buffer.byteLength > Buffer.poolSize) {
    buffer.transfer(0);
  }
}
