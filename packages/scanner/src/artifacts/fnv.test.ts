import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hashBytes, hashText, printHash } from './fnv.ts';

/** The definition, with numbers of any size. */
function plainFnv(bytes: Uint8Array): string {
  let hash = 0xcbf2_9ce4_8422_2325n;
  for (const byte of bytes) {
    hash = BigInt.asUintN(64, hash * 0x100_0000_01b3n) ^ BigInt(byte);
  }
  return hash.toString(16);
}

describe('FNV-1 with 64 bits', () => {
  it('hashes bytes as it is defined', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(printHash(hashBytes(bytes))).toBe(plainFnv(bytes));
      }),
    );
  });

  it('hashes texts as their bytes in UTF-8', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: 'binary' })), (text) => {
        expect(printHash(hashText(text))).toBe(plainFnv(new TextEncoder().encode(text)));
      }),
    );
  });
});
