import { AppError } from '@lanner/core';
import { elementSize, pageFlags, pageHeaderSize } from './format.ts';
import type { ByteSource } from './source.ts';

/** Where the bytes of a tree node lie: a page with its overflow pages, or an inline bucket within a value. */
export interface Node {
  readonly isLeaf: boolean;
  readonly count: number;
  /** Bytes from `offset`, header included; at most `size` of them. */
  readonly bytes: (offset: number, length: number) => Buffer;
  readonly size: number;
}

/** Limits and counters of a cache of pages. */
export interface PageCacheStats {
  readonly hits: number;
  readonly reads: number;
  readonly evictions: number;
}

/** Above this a key or value is not a value but damage. */
const maxValueBytes = 256 * 2 ** 20;

/** Reads pages of a file and keeps the ones used last, up to a limit. */
export class Pages {
  readonly pageSize: number;
  /** Pages that the file has. */
  readonly total: number;
  readonly #source: ByteSource;
  readonly #limit: number;
  /** In the order of their last use, which is the order of a Map's keys. */
  readonly #cache = new Map<number, Buffer>();
  #hits = 0;
  #reads = 0;
  #evictions = 0;

  constructor(source: ByteSource, pageSize: number, cacheBytes: number) {
    this.#source = source;
    this.pageSize = pageSize;
    this.total = Math.floor(source.size / pageSize);
    this.#limit = Math.max(4, Math.floor(cacheBytes / pageSize));
  }

  stats(): PageCacheStats {
    return { hits: this.#hits, reads: this.#reads, evictions: this.#evictions };
  }

  /** A page of a tree. Throws AppError 'artifact.parse' when there is none at `id`. */
  node(id: number): Node {
    const header = this.#bytes(id * this.pageSize, pageHeaderSize);
    const overflow = header.readUInt32LE(12);
    const flags = header.readUInt16LE(8);
    const size = (overflow + 1) * this.pageSize;
    if (id < 2 || id + overflow >= this.total || header.readBigUInt64LE(0) !== BigInt(id)) {
      throw damaged(`page ${id} is not where it should be`);
    }
    const start = id * this.pageSize;
    return treeNode(flags, header.readUInt16LE(10), size, (offset, length) =>
      this.#bytes(start + offset, length),
    );
  }

  #bytes(offset: number, length: number): Buffer {
    if (length > maxValueBytes || offset + length > this.total * this.pageSize) {
      throw damaged('a page points beyond the end of the file');
    }
    const first = Math.floor(offset / this.pageSize);
    const within = offset - first * this.pageSize;
    if (within + length <= this.pageSize) {
      return this.#page(first).subarray(within, within + length);
    }
    const result = Buffer.allocUnsafe(length);
    if (this.#source.read(result, offset) !== length) {
      throw damaged('the file became shorter');
    }
    return result;
  }

  #page(id: number): Buffer {
    const kept = this.#cache.get(id);
    if (kept !== undefined) {
      this.#hits++;
      this.#cache.delete(id);
      this.#cache.set(id, kept);
      return kept;
    }
    this.#reads++;
    // A page of its own: one of a pool would keep its neighbours alive.
    const page = Buffer.allocUnsafeSlow(this.pageSize);
    if (this.#source.read(page, id * this.pageSize) !== this.pageSize) {
      throw damaged('the file became shorter');
    }
    const [oldest] = this.#cache.keys();
    if (this.#cache.size >= this.#limit && oldest !== undefined) {
      this.#evictions++;
      this.#cache.delete(oldest);
    }
    this.#cache.set(id, page);
    return page;
  }
}

/** The node of a bucket that lies within the value of its parent. */
export function inlineNode(value: Buffer): Node {
  if (value.length < pageHeaderSize) {
    throw damaged('an inline bucket is too short');
  }
  const node = treeNode(value.readUInt16LE(8), value.readUInt16LE(10), value.length, (offset, length) =>
    value.subarray(offset, offset + length),
  );
  if (!node.isLeaf) {
    throw damaged('an inline bucket is no leaf');
  }
  return node;
}

function treeNode(flags: number, count: number, size: number, bytes: Node['bytes']): Node {
  const isLeaf = flags === pageFlags.leaf;
  if (!isLeaf && flags !== pageFlags.branch) {
    throw damaged('a page of a tree is neither branch nor leaf');
  }
  if (pageHeaderSize + count * elementSize > size) {
    throw damaged('a page has more elements than room');
  }
  return {
    isLeaf,
    count,
    size,
    bytes(offset, length) {
      if (offset + length > size) {
        throw damaged('an element lies beyond its page');
      }
      return bytes(offset, length);
    },
  };
}

export function damaged(problem: string): AppError {
  return new AppError('artifact.parse', `the database is damaged: ${problem}`);
}
