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
  const entry = new PageEntry(bytes);
  while (entry.next()) {
    const end = prefix ? Math.min(entry.start + wanted.length, entry.end) : entry.end;
    if (bytes[entry.start] === wanted[0] && wanted.compare(bytes, entry.start, end) === 0) {
      entry.mark(flags);
      if (!prefix) {
        return;
      }
    }
  }
}

/**
 * Sets the flags `has` of rows that have a word with a text in it, and `unsure` of those that have another word that is cut:
 * what it says beyond is not known.
 */
export function markContaining(packed: Uint8Array, text: string, has: Uint8Array, unsure: Uint8Array): void {
  const bytes = inflate(packed);
  const wanted = Buffer.from(text);
  const entry = new PageEntry(bytes);
  // The text may also stand in what is no word: the rows.
  let hit = bytes.indexOf(wanted);
  while (entry.next()) {
    if (hit !== -1 && hit < entry.start) {
      hit = bytes.indexOf(wanted, entry.start);
    }
    if (hit !== -1 && hit + wanted.length <= entry.end) {
      entry.mark(has);
    } else if (entry.end - entry.start >= maxWord) {
      entry.mark(unsure);
    }
  }
}

/** Goes through the words of a page; one object for all, as there are millions of words. */
class PageEntry {
  readonly #bytes: Uint8Array;
  #isBits = false;
  #rowsStart = 0;
  #rowsEnd = 0;
  /** Where the word begins and ends. */
  start = 0;
  end = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** False behind the last one. */
  next(): boolean {
    const bytes = this.#bytes;
    let at = this.#rowsEnd;
    if (at >= bytes.length) {
      return false;
    }
    this.start = at + 1;
    this.end = this.start + (bytes[at] as number);
    this.#isBits = bytes[this.end] === 1;
    at = this.end + 1;
    let size = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++] as number;
      size |= (byte & 127) << shift;
      if (byte < 128) {
        break;
      }
    }
    this.#rowsStart = at;
    this.#rowsEnd = at + size;
    return true;
  }

  /** Sets the flags of the rows that have the word. */
  mark(flags: Uint8Array): void {
    markEntry(this.#bytes.subarray(this.#rowsStart, this.#rowsEnd), this.#isBits, flags);
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
