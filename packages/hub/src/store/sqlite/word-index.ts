import { zstdCompressSync } from 'node:zlib';
import { wordsOf } from '../text-query.ts';
import { zstdOptions } from './block.ts';
import { inflate } from './inflate.ts';

/** Longer words are cut for the index, and looked at in the texts. */
export const maxWord = 40;
const pageBytes = 8192;

/** Pages of words in order, and the first word of each. */
export interface WordIndex {
  readonly firsts: readonly string[];
  readonly pages: readonly Uint8Array[];
}

/** Collects the words of consecutive alerts. */
export class WordIndexBuilder {
  readonly #rows = new Map<string, number[]>();

  /** Rows are added in order. */
  add(row: number, folded: string): void {
    for (const word of wordsOf(folded)) {
      const key = word.length > maxWord ? word.slice(0, maxWord).toWellFormed() : word;
      const rows = this.#rows.get(key);
      if (rows === undefined) {
        this.#rows.set(key, [row]);
      } else if (rows.at(-1) !== row) {
        rows.push(row);
      }
    }
  }

  build(rowCount: number): WordIndex {
    const words = [...this.#rows.keys()].sort();
    const firsts: string[] = [];
    const pages: Uint8Array[] = [];
    let parts: Uint8Array[] = [];
    let size = 0;
    for (const word of words) {
      if (parts.length === 0) {
        firsts.push(word);
      }
      const entry = encodeEntry(word, this.#rows.get(word) ?? [], rowCount);
      parts.push(entry);
      size += entry.length;
      if (size >= pageBytes) {
        pages.push(zstdCompressSync(Buffer.concat(parts), zstdOptions));
        parts = [];
        size = 0;
      }
    }
    if (parts.length > 0) {
      pages.push(zstdCompressSync(Buffer.concat(parts), zstdOptions));
    }
    return { firsts, pages };
  }
}

/** Length of the word, word, length of the rows, rows. Many rows are a bit each, few are the steps between them. */
function encodeEntry(word: string, rows: readonly number[], rowCount: number): Uint8Array {
  const name = Buffer.from(word);
  const list = rows.length > rowCount / 10 ? bitsOf(rows, rowCount) : stepsOf(rows);
  const head = [name.length];
  const tail = [list.bits ? 1 : 0, ...varint(list.bytes.length)];
  return Buffer.concat([Uint8Array.from(head), name, Uint8Array.from(tail), list.bytes]);
}

function bitsOf(rows: readonly number[], rowCount: number): { bits: boolean; bytes: Uint8Array } {
  const bytes = new Uint8Array(Math.ceil(rowCount / 8));
  for (const row of rows) {
    bytes[row >> 3] = (bytes[row >> 3] as number) | (1 << (row & 7));
  }
  return { bits: true, bytes };
}

function stepsOf(rows: readonly number[]): { bits: boolean; bytes: Uint8Array } {
  const bytes: number[] = [];
  let before = 0;
  for (const row of rows) {
    bytes.push(...varint(row - before));
    before = row;
  }
  return { bits: false, bytes: Uint8Array.from(bytes) };
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest >>>= 7) {
    bytes.push((rest & 127) | 128);
  }
  bytes.push(rest);
  return bytes;
}

/** Sets the flags of rows that have the word, or with `prefix` one that begins with it. True when there are more pages to look at. */
export function markRows(packed: Uint8Array, word: string, prefix: boolean, flags: Uint8Array): boolean {
  const bytes = inflate(packed);
  const wanted = Buffer.from(word);
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
    const end = prefix ? Math.min(start + wanted.length, start + length) : start + length;
    if (wanted.compare(bytes, start, end) === 0) {
      markEntry(bytes.subarray(at, at + size), kind === 1, flags);
      if (!prefix) {
        return false;
      }
    }
    at += size;
  }
  return true;
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
