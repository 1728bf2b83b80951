import { bucketFlag, bucketHeaderSize, elementSize, pageHeaderSize } from './format.ts';
import { damaged, inlineNode, type Node, type Pages } from './pages.ts';

/** A key with its value, or with the bucket that lies there. Buffers may share memory with the cache: copy to keep. */
export type BoltEntry =
  | { readonly key: Buffer; readonly value: Buffer; readonly bucket: null }
  | { readonly key: Buffer; readonly value: null; readonly bucket: BoltBucket };

/** No tree of a file that fits a disk is deeper. */
const maxDepth = 32;

/** A sorted map of keys to values and buckets. Every method throws AppError 'artifact.parse' for a damaged file. */
export class BoltBucket {
  readonly #pages: Pages;
  readonly #root: number | Node;

  /** @param root the root page of its tree, or the node of an inline bucket */
  constructor(pages: Pages, root: number | Node) {
    this.#pages = pages;
    this.#root = root;
  }

  /** The value of a key; null when there is none or a bucket. */
  get(key: string | Uint8Array): Buffer | null {
    return this.#find(asBytes(key))?.value ?? null;
  }

  /** The bucket of a key; null when there is none or a value. */
  bucket(key: string | Uint8Array): BoltBucket | null {
    return this.#find(asBytes(key))?.bucket ?? null;
  }

  /** The bucket at the end of a path of keys. */
  path(...keys: readonly (string | Uint8Array)[]): BoltBucket | null {
    const [first, ...rest] = keys;
    return first === undefined ? this : (this.bucket(first)?.path(...rest) ?? null);
  }

  /** All entries in the order of their keys, from the first that is not below `from`. */
  *entries(from: string | Uint8Array = ''): Generator<BoltEntry> {
    const start = asBytes(from);
    // Each page belongs to one tree once, so more visits than pages mean a cycle.
    const budget = { pages: this.#pages.total };
    let last: Buffer | null = null;
    for (const entry of this.#walk(this.#rootNode(), start, 0, budget)) {
      if (last !== null && last.compare(entry.key) >= 0) {
        throw damaged('keys are out of order');
      }
      last = entry.key;
      yield entry;
    }
  }

  /** The entries whose keys start with `prefix`. */
  *withPrefix(prefix: string): Generator<BoltEntry> {
    const bytes = Buffer.from(prefix);
    for (const entry of this.entries(bytes)) {
      if (!entry.key.subarray(0, bytes.length).equals(bytes)) {
        return;
      }
      yield entry;
    }
  }

  #rootNode(): Node {
    return typeof this.#root === 'number' ? this.#pages.node(this.#root) : this.#root;
  }

  #find(key: Buffer): BoltEntry | null {
    let node = this.#rootNode();
    for (let depth = 0; depth < maxDepth; depth++) {
      const index = lowerBound(node, key);
      if (node.isLeaf) {
        return index < node.count && keyAt(node, index).equals(key) ? this.#entryAt(node, index) : null;
      }
      const child = index < node.count && keyAt(node, index).equals(key) ? index : index - 1;
      if (node.count === 0) {
        throw damaged('a branch is empty');
      }
      node = this.#pages.node(childAt(node, Math.max(0, child)));
    }
    throw damaged('a tree is too deep');
  }

  *#walk(node: Node, from: Buffer, depth: number, budget: { pages: number }): Generator<BoltEntry> {
    if (depth >= maxDepth || budget.pages-- <= 0) {
      throw damaged('a tree is too deep or goes in circles');
    }
    const index = lowerBound(node, from);
    if (node.isLeaf) {
      yield* this.#leafEntries(node, index);
      return;
    }
    // The child before the first larger key may hold some that are not below.
    for (let i = Math.max(0, index - 1); i < node.count; i++) {
      yield* this.#walk(this.#pages.node(childAt(node, i)), from, depth + 1, budget);
    }
  }

  *#leafEntries(node: Node, start: number): Generator<BoltEntry> {
    let bytes = 0;
    for (let i = start; i < node.count; i++) {
      const entry = this.#entryAt(node, i);
      bytes += entry.key.length + (entry.value?.length ?? bucketHeaderSize);
      // Entries that share bytes could stand for more data than the file has.
      if (bytes > node.size) {
        throw damaged('entries overlap');
      }
      yield entry;
    }
  }

  #entryAt(node: Node, index: number): BoltEntry {
    const at = pageHeaderSize + index * elementSize;
    const element = node.bytes(at, elementSize);
    const flags = element.readUInt32LE(0);
    const [position, keySize] = [element.readUInt32LE(4), element.readUInt32LE(8)];
    const valueSize = element.readUInt32LE(12);
    const key = node.bytes(at + position, keySize);
    const value = node.bytes(at + position + keySize, valueSize);
    return (flags & bucketFlag) === 0
      ? { key, value, bucket: null }
      : { key, value: null, bucket: openBucket(this.#pages, value) };
  }
}

function openBucket(pages: Pages, value: Buffer): BoltBucket {
  if (value.length < bucketHeaderSize) {
    throw damaged('a bucket is too short');
  }
  const root = value.readBigUInt64LE(0);
  if (root === 0n) {
    // The value may lie in a page that the cache gives away, but its bytes stay.
    return new BoltBucket(pages, inlineNode(value.subarray(bucketHeaderSize)));
  }
  return new BoltBucket(pages, pageId(root));
}

/** The first element whose key is not below `key`; the count when all are. */
function lowerBound(node: Node, key: Buffer): number {
  let low = 0;
  let high = node.count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (keyAt(node, middle).compare(key) < 0) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

function keyAt(node: Node, index: number): Buffer {
  const at = pageHeaderSize + index * elementSize;
  const element = node.bytes(at, elementSize);
  const position = element.readUInt32LE(node.isLeaf ? 4 : 0);
  return node.bytes(at + position, element.readUInt32LE(node.isLeaf ? 8 : 4));
}

function childAt(node: Node, index: number): number {
  return pageId(node.bytes(pageHeaderSize + index * elementSize, elementSize).readBigUInt64LE(8));
}

/** Ids beyond what a number holds are beyond every file too. */
export function pageId(id: bigint): number {
  return id > Number.MAX_SAFE_INTEGER ? Number.MAX_SAFE_INTEGER : Number(id);
}

function asBytes(key: string | Uint8Array): Buffer {
  return typeof key === 'string' ? Buffer.from(key) : Buffer.from(key.buffer, key.byteOffset, key.length);
}
