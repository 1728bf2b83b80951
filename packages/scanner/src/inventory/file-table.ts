import { AppError } from '@lanner/core';

/**
 * Numbers by path, in 12 bytes a slot and at most two slots a path: paths are kept as hashes of 64 bits. A hash can
 * stand for another path once in 10^19; its key is random, so nobody can make such paths on purpose.
 */
export class FileTable {
  readonly #seed: number;
  /** Two words of the hash and the number plus one; 0 there means that the slot is empty. */
  readonly #slots: Uint32Array;
  readonly #mask: number;

  private constructor(slots: Uint32Array, seed: number) {
    this.#slots = slots;
    this.#mask = slots.length / wordsPerSlot - 1;
    this.#seed = seed;
  }

  /** The first number given for a path stays. `seed` should be random. */
  static of(entries: readonly (readonly [path: string, value: number])[], seed: number): FileTable {
    let capacity = 4;
    while (capacity * 3 < entries.length * 4) {
      capacity *= 2;
    }
    const table = new FileTable(new Uint32Array(capacity * wordsPerSlot), seed >>> 0);
    for (const [path, value] of entries) {
      table.#add(path, value);
    }
    return table;
  }

  /** Throws AppError 'database.format' for bytes that `bytes()` did not give. */
  static fromBytes(bytes: Uint8Array): FileTable {
    const words = bytes.length % 4 === 0 ? new Uint32Array(bytes.slice().buffer) : new Uint32Array();
    const capacity = (words.length - 1) / wordsPerSlot;
    if (!Number.isInteger(capacity) || capacity < 4 || (capacity & (capacity - 1)) !== 0) {
      throw new AppError('database.format', 'a table of files is damaged');
    }
    return new FileTable(words.slice(1), words[0] ?? 0);
  }

  /** The number of a path; -1 when there is none. */
  get(path: string): number {
    return this.#find(...hash(path, path.length, this.#seed));
  }

  /** The number of the longest folder of a path that has one, folders being written with a slash at their end. */
  getFolder(path: string): number {
    for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
      const value = this.#find(...hash(path, end + 1, this.#seed));
      if (value >= 0) {
        return value;
      }
    }
    return -1;
  }

  bytes(): Uint8Array {
    const words = new Uint32Array(this.#slots.length + 1);
    words[0] = this.#seed;
    words.set(this.#slots, 1);
    return new Uint8Array(words.buffer);
  }

  /** Bytes in memory. */
  get size(): number {
    return this.#slots.byteLength;
  }

  #find(high: number, low: number): number {
    const slots = this.#slots;
    // A damaged table may be full: no slot is looked at twice.
    for (let slot = low & this.#mask, tries = 0; tries <= this.#mask; tries++) {
      const at = slot * wordsPerSlot;
      const value = slots[at + 2] ?? 0;
      if (value === 0) {
        return -1;
      }
      if (slots[at] === high && slots[at + 1] === low) {
        return value - 1;
      }
      slot = (slot + 1) & this.#mask;
    }
    return -1;
  }

  #add(path: string, value: number): void {
    const [high, low] = hash(path, path.length, this.#seed);
    if (this.#find(high, low) >= 0) {
      return;
    }
    let slot = low & this.#mask;
    while (this.#slots[slot * wordsPerSlot + 2] !== 0) {
      slot = (slot + 1) & this.#mask;
    }
    this.#slots.set([high, low, value + 1], slot * wordsPerSlot);
  }
}

const wordsPerSlot = 3;

/** Two words of 32 bits of the first `length` characters, two at a time, after MurmurHash3's mixing. */
function hash(text: string, length: number, seed: number): [high: number, low: number] {
  let a = seed ^ 0x9e3779b9;
  let b = Math.imul(seed, 0x85ebca6b) ^ length;
  for (let i = 0; i < length; i += 2) {
    const next = i + 1 < length ? text.charCodeAt(i + 1) : 0;
    const pair = text.charCodeAt(i) | (next << 16);
    a = Math.imul(a ^ pair, 0x5bd1e995);
    a ^= a >>> 15;
    b = Math.imul(((b << 13) | (b >>> 19)) ^ pair, 0xcc9e2d51) + a;
  }
  a = Math.imul(a ^ (a >>> 16), 0x85ebca6b);
  b = Math.imul(b ^ (b >>> 16), 0xc2b2ae35);
  a ^= b >>> 13;
  b ^= a >>> 16;
  return [a >>> 0, b >>> 0];
}
