/** 64 bits in two halves: BigInt would take most of the time of a scan whose layers are cached. */
export interface Hash {
  readonly high: number;
  readonly low: number;
}

const encoder = new TextEncoder();

const offset: Hash = { high: 0xcbf2_9ce4, low: 0x8422_2325 };
const nonAscii = /[^\0-\x7f]/;

/** FNV-1 with 64 bits: multiply by 2^40 + 0x1b3, then exclusive or. */
export function hashBytes(bytes: ArrayLike<number>): Hash {
  let { high, low } = offset;
  for (let i = 0; i < bytes.length; i++) {
    high = highProduct(high, low);
    low = Math.imul(low, 0x1b3) ^ (bytes[i] ?? 0);
  }
  return { high: high >>> 0, low: low >>> 0 };
}

export function hashText(text: string): Hash {
  if (nonAscii.test(text)) {
    return hashBytes(encoder.encode(text));
  }
  // The paths of a package's files are most of what is hashed, and need no copy.
  let { high, low } = offset;
  for (let i = 0; i < text.length; i++) {
    high = highProduct(high, low);
    low = Math.imul(low, 0x1b3) ^ text.charCodeAt(i);
  }
  return { high: high >>> 0, low: low >>> 0 };
}

/** The upper half of the product, in whole numbers of 32 bits: doubles would take several times as long. */
function highProduct(high: number, low: number): number {
  const carry = (Math.imul(low >>> 16, 0x1b3) + (Math.imul(low & 0xffff, 0x1b3) >>> 16)) >>> 16;
  return (Math.imul(high, 0x1b3) + carry + (low << 8)) | 0;
}

export function xor(a: Hash, b: Hash): Hash {
  return { high: (a.high ^ b.high) >>> 0, low: (a.low ^ b.low) >>> 0 };
}

const buffer = new Uint8Array(16);
const view = new DataView(buffer.buffer);

/** The hash of two hashes in this order, as 64-bit little-endian numbers. */
export function ordered(a: Hash, b: Hash): Hash {
  write(0, a);
  write(8, b);
  return hashBytes(buffer);
}

export function finish(a: Hash): Hash {
  write(0, a);
  return hashBytes(buffer.subarray(0, 8));
}

function write(at: number, { high, low }: Hash): void {
  view.setUint32(at, low, true);
  view.setUint32(at + 4, high, true);
}

/** A list: empty ones are left out of what holds them, so they have no hash. */
export function hashList<T>(items: readonly T[], hash: (item: T) => Hash): Hash | null {
  let result: Hash = { high: 0, low: 0 };
  for (const item of items) {
    result = ordered(result, hash(item));
  }
  return items.length === 0 ? null : result;
}

/** A structure of that name: members without a hash are left out, and the order of the others counts. */
export function hashStruct(name: string, members: readonly (readonly [string, Hash | null])[]): Hash {
  let hash = hashText(name);
  for (const [member, value] of members) {
    if (value !== null) {
      hash = finish(xor(hash, ordered(hashText(member), value)));
    }
  }
  return hash;
}

/** A table: the order of its entries does not count. */
export function hashMap(entries: readonly (readonly [string, Hash])[]): Hash {
  let hash: Hash = { high: 0, low: 0 };
  for (const [key, value] of entries) {
    hash = xor(hash, ordered(hashText(key), value));
  }
  return finish(hash);
}

/** Hexadecimal digits without padding. */
export function printHash({ high, low }: Hash): string {
  const digits = low.toString(16);
  return high === 0 ? digits : `${high.toString(16)}${digits.padStart(8, '0')}`;
}
