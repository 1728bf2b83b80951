import { AppError } from '@lanner/core';
import { closeSync, openSync, writeSync } from 'node:fs';
import {
  bucketFlag,
  bucketHeaderSize,
  elementSize,
  formatVersion,
  magic,
  metaChecksum,
  metaSize,
  pageFlags,
  pageHeaderSize,
} from './format.ts';

/** Keys in ascending order of their bytes, each with a value or the content of a bucket. */
export type BoltContent = Iterable<readonly [key: Uint8Array, value: Uint8Array | BoltContent]>;

/** Takes bytes for an offset of the file. */
export type WriteAt = (bytes: Uint8Array, offset: number) => void;

const pageSize = 4096;
const freelistPage = 2;
const firstFreePage = 3;
const maxKeyBytes = 32_768;

/** Writes a new bbolt file in one go. Throws AppError 'file.write' when the disk does not take it. */
export function writeBoltFile(path: string, content: BoltContent): void {
  let fd: number | null = null;
  try {
    fd = openSync(path, 'w', 0o600);
    const target = fd;
    writeBolt((bytes, offset) => writeSync(target, bytes, 0, bytes.length, offset), content);
  } catch (error) {
    throw error instanceof AppError
      ? error
      : new AppError('file.write', `${path} cannot be written: ${(error as Error).message}`, {
          cause: error,
        });
  } finally {
    if (fd !== null) {
      closeSync(fd);
    }
  }
}

/** The same, for any target. Keys that are empty, too long or out of order are a bug of the caller. */
export function writeBolt(write: WriteAt, content: BoltContent): void {
  const writer = new TreeWriter(write);
  const root = writer.tree(content).page();
  writer.finish(root);
}

/** One entry of a node: a value of a leaf, or a child of a branch. */
interface Element {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
  readonly isBucket: boolean;
}

interface WrittenTree {
  /** Id of the root page. */
  readonly page: () => number;
  /** The value that stands for the tree in its parent. */
  readonly bucketValue: () => Uint8Array;
}

class TreeWriter {
  readonly #write: WriteAt;
  #nextPage = firstFreePage;

  constructor(write: WriteAt) {
    this.#write = write;
  }

  tree(content: BoltContent): WrittenTree {
    const leaves = new Level(this, 'leaf');
    let last: Uint8Array | null = null;
    for (const [key, value] of content) {
      checkKey(key, last);
      last = key;
      leaves.add(
        value instanceof Uint8Array
          ? { key, value, isBucket: false }
          : { key, value: this.tree(value).bucketValue(), isBucket: true },
      );
    }
    return {
      page: () => leaves.finish(),
      bucketValue: () => leaves.inline() ?? bucketHeader(leaves.finish()),
    };
  }

  /** Writes a node to as many pages as it needs; gives its id. */
  node(kind: 'leaf' | 'branch', elements: readonly Element[]): number {
    const id = this.#nextPage;
    const bytes = nodeBytes(kind, elements, id);
    const pages = Math.ceil(bytes.length / pageSize);
    const padded = Buffer.alloc(pages * pageSize);
    padded.set(bytes);
    padded.writeUInt32LE(pages - 1, 12);
    this.#write(padded, id * pageSize);
    this.#nextPage += pages;
    return id;
  }

  finish(root: number): void {
    for (const id of [0, 1]) {
      const page = Buffer.alloc(pageSize);
      writePageHeader(page, id, pageFlags.meta, 0);
      const meta = page.subarray(pageHeaderSize, pageHeaderSize + metaSize);
      meta.writeUInt32LE(magic, 0);
      meta.writeUInt32LE(formatVersion, 4);
      meta.writeUInt32LE(pageSize, 8);
      meta.writeBigUInt64LE(BigInt(root), 16);
      meta.writeBigUInt64LE(BigInt(freelistPage), 32);
      meta.writeBigUInt64LE(BigInt(this.#nextPage), 40);
      meta.writeBigUInt64LE(BigInt(id), 48);
      meta.writeBigUInt64LE(metaChecksum(meta), metaSize - 8);
      this.#write(page, id * pageSize);
    }
    const freelist = Buffer.alloc(pageSize);
    writePageHeader(freelist, freelistPage, pageFlags.freelist, 0);
    this.#write(freelist, freelistPage * pageSize);
  }
}

/** The nodes of one height of a tree, written as they fill. */
class Level {
  readonly #writer: TreeWriter;
  readonly #kind: 'leaf' | 'branch';
  #elements: Element[] = [];
  #size = pageHeaderSize;
  #above: Level | null = null;

  constructor(writer: TreeWriter, kind: 'leaf' | 'branch') {
    this.#writer = writer;
    this.#kind = kind;
  }

  add(element: Element): void {
    const size = elementSize + element.key.length + element.value.length;
    // A node has two elements at least, or else a tree of large keys would not become narrower towards its root.
    if (this.#elements.length >= 2 && this.#size + size > pageSize) {
      this.#flush();
    }
    this.#elements.push(element);
    this.#size += size;
  }

  /** The bucket within its value; null when it is too large or has buckets itself. */
  inline(): Uint8Array | null {
    if (
      this.#above !== null ||
      this.#size > pageSize / 4 ||
      this.#elements.some(({ isBucket }) => isBucket)
    ) {
      return null;
    }
    return Buffer.concat([Buffer.alloc(bucketHeaderSize), nodeBytes('leaf', this.#elements, 0)]);
  }

  /** Writes what is left; gives the id of the root. */
  finish(): number {
    if (this.#above === null) {
      return this.#writer.node(this.#kind, this.#elements);
    }
    if (this.#elements.length > 0) {
      this.#flush();
    }
    return this.#above.finish();
  }

  #flush(): void {
    const id = this.#writer.node(this.#kind, this.#elements);
    this.#above ??= new Level(this.#writer, 'branch');
    this.#above.add({
      key: this.#elements[0]?.key ?? Buffer.alloc(0),
      value: childValue(id),
      isBucket: false,
    });
    this.#elements = [];
    this.#size = pageHeaderSize;
  }
}

function nodeBytes(kind: 'leaf' | 'branch', elements: readonly Element[], id: number): Buffer {
  const isLeaf = kind === 'leaf';
  let size = pageHeaderSize + elements.length * elementSize;
  for (const { key, value } of elements) {
    size += key.length + (isLeaf ? value.length : 0);
  }
  const bytes = Buffer.alloc(size);
  writePageHeader(bytes, id, isLeaf ? pageFlags.leaf : pageFlags.branch, elements.length);
  let at = pageHeaderSize;
  let end = pageHeaderSize + elements.length * elementSize;
  for (const { key, value, isBucket } of elements) {
    if (isLeaf) {
      bytes.writeUInt32LE(isBucket ? bucketFlag : 0, at);
      bytes.writeUInt32LE(end - at, at + 4);
      bytes.writeUInt32LE(key.length, at + 8);
      bytes.writeUInt32LE(value.length, at + 12);
      bytes.set(value, end + key.length);
    } else {
      bytes.writeUInt32LE(end - at, at);
      bytes.writeUInt32LE(key.length, at + 4);
      bytes.set(value, at + 8);
    }
    bytes.set(key, end);
    end += key.length + (isLeaf ? value.length : 0);
    at += elementSize;
  }
  return bytes;
}

function writePageHeader(page: Buffer, id: number, flags: number, count: number): void {
  page.writeBigUInt64LE(BigInt(id), 0);
  page.writeUInt16LE(flags, 8);
  page.writeUInt16LE(count, 10);
}

function bucketHeader(root: number): Buffer {
  const header = Buffer.alloc(bucketHeaderSize);
  header.writeBigUInt64LE(BigInt(root), 0);
  return header;
}

function childValue(id: number): Buffer {
  const value = Buffer.alloc(8);
  value.writeBigUInt64LE(BigInt(id), 0);
  return value;
}

function checkKey(key: Uint8Array, last: Uint8Array | null): void {
  if (key.length === 0 || key.length > maxKeyBytes) {
    throw new RangeError(`a key of ${key.length} bytes`);
  }
  if (last !== null && Buffer.compare(last, key) >= 0) {
    throw new RangeError(
      `keys out of order: ${Buffer.from(last).toString()}, ${Buffer.from(key).toString()}`,
    );
  }
}
