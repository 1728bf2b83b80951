import { zstdCompressSync } from 'node:zlib';
import { wordsOf } from '../text-query.ts';
import { zstdOptions } from './block.ts';
import { inflate } from './inflate.ts';
import { Postings } from './postings.ts';

/** Longer words are cut for the index, and looked at in the texts. */
export const maxWord = 40;
const pageBytes = 8192;

/** Pages of words in order, and the first word of each. */
export interface WordIndex {
  readonly firsts: readonly string[];
  readonly pages: readonly Uint8Array[];
}

/** Collects the words of consecutive alerts; made once, and used for one segment after the other. */
export class WordIndexBuilder {
  readonly #postings = new Postings();
  readonly #entry = new EntryWriter();

  /** Rows are added in order. */
  add(row: number, folded: string): void {
    for (const word of wordsOf(folded)) {
      this.#postings.add(word.length > maxWord ? word.slice(0, maxWord).toWellFormed() : word, row);
    }
  }

  build(rowCount: number): WordIndex {
    const firsts: string[] = [];
    const pages: Uint8Array[] = [];
    const entry = this.#entry;
    const close = (): void => {
      pages.push(zstdCompressSync(entry.written, zstdOptions));
      entry.clear();
    };
    for (const [word, rows] of this.#postings.sorted()) {
      if (entry.written.length === 0) {
        firsts.push(word);
      }
      entry.add(word, rows, rowCount);
      if (entry.written.length >= pageBytes) {
        close();
      }
    }
    if (entry.written.length > 0) {
      close();
    }
    return { firsts, pages };
  }

  clear(): void {
    this.#postings.clear();
    this.#entry.clear();
  }
}

/**
 * Writes entries of a page: length of the word, word, kind and length of the rows, rows. Many rows are a bit each, few are
 * the steps between them.
 */
class EntryWriter {
  #bytes = Buffer.alloc(4 * pageBytes);
  #length = 0;

  get written(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  clear(): void {
    this.#length = 0;
  }

  add(word: string, rows: Uint32Array, rowCount: number): void {
    const asBits = rows.length > rowCount / 10;
    const size = asBits ? Math.ceil(rowCount / 8) : stepsLength(rows);
    this.#reserve(16 + 4 * word.length + size);
    const bytes = this.#bytes;
    const nameLength = bytes.write(word, this.#length + 1);
    bytes[this.#length] = nameLength;
    this.#length += 1 + nameLength;
    bytes[this.#length++] = asBits ? 1 : 0;
    this.#varint(size);
    if (asBits) {
      bytes.fill(0, this.#length, this.#length + size);
      for (const row of rows) {
        const at = this.#length + (row >> 3);
        bytes[at] = (bytes[at] as number) | (1 << (row & 7));
      }
      this.#length += size;
    } else {
      let before = 0;
      for (const row of rows) {
        this.#varint(row - before);
        before = row;
      }
    }
  }

  #varint(value: number): void {
    let rest = value;
    for (; rest > 127; rest >>>= 7) {
      this.#bytes[this.#length++] = (rest & 127) | 128;
    }
    this.#bytes[this.#length++] = rest;
  }

  #reserve(size: number): void {
    if (this.#length + size > this.#bytes.length) {
      const larger = Buffer.alloc(2 * (this.#length + size));
      larger.set(this.written);
      this.#bytes = larger;
    }
  }
}

function stepsLength(rows: Uint32Array): number {
  let size = 0;
  let before = 0;
  for (const row of rows) {
    const step = row - before;
    size += step < 128 ? 1 : step < 16_384 ? 2 : 3;
    before = row;
  }
  return size;
}

/** Sets the flags of rows that have the word, or with `prefix` one that begins with it. */
export function markRows(packed: Uint8Array, word: string, prefix: boolean, flags: Uint8Array): void {
  const bytes = inflate(packed);
  const wanted = Buffer.from(word);
  eachEntry(bytes, (start, end, rows, bits) => {
    const last = prefix ? Math.min(start + wanted.length, end) : end;
    if (wanted.compare(bytes, start, last) !== 0) {
      return true;
    }
    markEntry(rows, bits, flags);
    return prefix;
  });
}

/**
 * Sets the flags `has` of rows that have a word with a text in it, and `unsure` of those that have another word that is cut:
 * what it says beyond is not known.
 */
export function markContaining(packed: Uint8Array, text: string, has: Uint8Array, unsure: Uint8Array): void {
  const bytes = inflate(packed);
  const wanted = Buffer.from(text);
  eachEntry(bytes, (start, end, rows, bits) => {
    if (bytes.subarray(start, end).includes(wanted)) {
      markEntry(rows, bits, has);
    } else if (end - start >= maxWord) {
      markEntry(rows, bits, unsure);
    }
    return true;
  });
}

/** Gives where each word of a page begins and ends, and its rows; until false comes back. */
function eachEntry(
  bytes: Buffer,
  take: (start: number, end: number, rows: Uint8Array, bits: boolean) => boolean,
): void {
  for (let at = 0; at < bytes.length;) {
    const length = bytes[at] as number;
    const start = at + 1;
    const kind = bytes[start + length];
    let size = 0;
    at = start + length + 1;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++] as number;
      size |= (byte & 127) << shift;
      if (byte < 128) {
        break;
      }
    }
    if (!take(start, start + length, bytes.subarray(at, at + size), kind === 1)) {
      return;
    }
    at += size;
  }
}

function markEntry(bytes: Uint8Array, bits: boolean, flags: Uint8Array): void {
  if (bits) {
    for (let row = 0; row < flags.length; row++) {
      flags[row] = (flags[row] as number) | (((bytes[row >> 3] as number) >> (row & 7)) & 1);
    }
    return;
  }
  let row = 0;
  for (let at = 0; at < bytes.length;) {
    let step = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++] as number;
      step |= (byte & 127) << shift;
      if (byte < 128) {
        break;
      }
    }
    row += step;
    flags[row] = 1;
  }
}

/** The pages that may hold a word, or words that begin with it: from the first (inclusive) to the last (exclusive). */
export function pagesOf(firsts: readonly string[], word: string, prefix: boolean): readonly [number, number] {
  let low = 0;
  let high = firsts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((firsts[middle] as string) <= word) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  const from = Math.max(0, low - 1);
  let to = firsts.length === 0 ? 0 : Math.max(low, from + 1);
  while (prefix && to < firsts.length && (firsts[to] as string).startsWith(word)) {
    to++;
  }
  return [from, Math.min(to, firsts.length)];
}
