/** The file format of bbolt, little-endian: pages of one size, each with a header of 16 bytes. */
export const magic = 0xed0cdaed;
export const formatVersion = 2;
export const pageHeaderSize = 16;
export const elementSize = 16;
export const bucketHeaderSize = 16;
/** Meta data behind the page header; the last 8 bytes are the checksum of the others. */
export const metaSize = 64;

export const pageFlags = { branch: 1, leaf: 2, meta: 4, freelist: 0x10 } as const;
/** Flag of a leaf element whose value is a bucket. */
export const bucketFlag = 1;

const prime = 0x100000001b3n;
const mask = 2n ** 64n - 1n;

/** FNV-1a, 64 bits, of the meta data before its checksum. */
export function metaChecksum(meta: Uint8Array): bigint {
  let hash = 0xcbf29ce484222325n;
  for (const byte of meta.subarray(0, metaSize - 8)) {
    hash = ((hash ^ BigInt(byte)) * prime) & mask;
  }
  return hash;
}
