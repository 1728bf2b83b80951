import type { EventView } from '@lanner/engine';

export interface ByteCacheOptions<T> {
  /** Number of sets of `ways` entries each; a power of two. */
  readonly sets: number;
  /** Longest key in bytes; longer ones are decoded each time. */
  readonly maxKeyBytes: number;
  readonly decode: (event: EventView, start: number, end: number) => T;
}

const ways = 4;

/**
 * Values by the bytes they are decoded from, so that the same path or command line, seen over and over, is one value
 * instead of a new one for each event. A set of fixed size: a full set gives up its oldest entry.
 */
export class ByteCache<T> {
  evictions = 0;

  readonly #decode: ByteCacheOptions<T>['decode'];
  readonly #maxKeyBytes: number;
  readonly #setMask: number;
  readonly #hashes: Int32Array;
  /** Length of the key plus one; 0 marks a free entry. */
  readonly #sizes: Int32Array;
  /** The keys, each in a cell of its own, rounded up to whole words. */
  readonly #keys: Int32Array;
  readonly #cellWords: number;
  readonly #values: (T | undefined)[];
  /** The entry of each set that goes next. */
  readonly #victims: Uint8Array;

  constructor({ sets, maxKeyBytes, decode }: ByteCacheOptions<T>) {
    this.#decode = decode;
    this.#maxKeyBytes = maxKeyBytes;
    this.#setMask = sets - 1;
    this.#cellWords = (maxKeyBytes + 3) >> 2;
    this.#hashes = new Int32Array(sets * ways);
    this.#sizes = new Int32Array(sets * ways);
    this.#keys = new Int32Array(sets * ways * this.#cellWords);
    this.#values = new Array<T | undefined>(sets * ways).fill(undefined);
    this.#victims = new Uint8Array(sets);
  }

  /** The value of bytes `start` to `end` of the event's buffer. */
  get(event: EventView, start: number, end: number): T {
    const length = end - start;
    if (length > this.#maxKeyBytes) {
      return this.#decode(event, start, end);
    }
    const hash = hashOf(event, start, end);
    const first = (hash & this.#setMask) * ways;
    for (let entry = first; entry < first + ways; entry++) {
      if (
        this.#hashes[entry] === hash &&
        this.#sizes[entry] === length + 1 &&
        this.#holds(entry, event, start, end)
      ) {
        // An entry with a size has a value.
        return this.#values[entry] as T;
      }
    }
    return this.#insert(event, start, end, hash);
  }

  /** Entries in use. */
  get size(): number {
    let used = 0;
    for (const size of this.#sizes) {
      used += size === 0 ? 0 : 1;
    }
    return used;
  }

  #insert(event: EventView, start: number, end: number, hash: number): T {
    const set = hash & this.#setMask;
    const entry = set * ways + (this.#victims[set] as number);
    this.#victims[set] = ((this.#victims[set] as number) + 1) % ways;
    if (this.#sizes[entry] !== 0) {
      this.evictions++;
    }
    const value = this.#decode(event, start, end);
    const { view } = event;
    const cell = entry * this.#cellWords;
    const words = (end - start) >> 2;
    for (let i = 0; i < words; i++) {
      this.#keys[cell + i] = view.getInt32(start + 4 * i, true);
    }
    if (start + 4 * words < end) {
      this.#keys[cell + words] = tailOf(event.bytes, start + 4 * words, end);
    }
    this.#hashes[entry] = hash;
    this.#sizes[entry] = end - start + 1;
    this.#values[entry] = value;
    return value;
  }

  #holds(entry: number, event: EventView, start: number, end: number): boolean {
    const keys = this.#keys;
    const { view } = event;
    let at = entry * this.#cellWords;
    const wordsEnd = end - ((end - start) & 3);
    for (let from = start; from < wordsEnd; from += 4) {
      if (keys[at++] !== view.getInt32(from, true)) {
        return false;
      }
    }
    return wordsEnd === end || keys[at] === tailOf(event.bytes, wordsEnd, end);
  }
}

// Mixes four bytes at a time. Whoever makes keys collide only empties the cache: keys are compared in full.
function hashOf({ view, bytes }: EventView, start: number, end: number): number {
  let hash = end - start;
  const wordsEnd = end - ((end - start) & 3);
  for (let at = start; at < wordsEnd; at += 4) {
    hash = Math.imul(hash ^ view.getInt32(at, true), 0x9e37_79b1);
    hash ^= hash >>> 15;
  }
  if (wordsEnd < end) {
    hash = Math.imul(hash ^ tailOf(bytes, wordsEnd, end), 0x9e37_79b1);
    hash ^= hash >>> 15;
  }
  hash = Math.imul(hash, 0x85eb_ca6b);
  return hash ^ (hash >>> 13);
}

/** Fewer than four bytes as one word. */
function tailOf(bytes: Uint8Array, start: number, end: number): number {
  let word = 0;
  for (let at = start; at < end; at++) {
    word = (word << 8) | (bytes[at] as number);
  }
  return word;
}
