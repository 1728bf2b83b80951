import { BoltBucket, pageId } from './bucket.ts';
import { formatVersion, magic, metaChecksum, metaSize, pageHeaderSize } from './format.ts';
import { damaged, type PageCacheStats, Pages } from './pages.ts';
import { type ByteSource, fileSource } from './source.ts';

interface Meta {
  readonly pageSize: number;
  readonly root: number;
  /** Rises with every change of the file. */
  readonly transaction: bigint;
}

export interface BoltOptions {
  /** Memory for pages; default 8 MiB. */
  readonly cacheBytes?: number;
}

const smallestPage = 1024;
const largestPage = 65_536;

/**
 * A bbolt file, opened for reading: only the pages that a look-up needs are read. It takes no lock. Where another
 * process may write, compare `transaction` with `currentTransaction()` after reading, and open again when they differ.
 */
export class BoltDatabase {
  readonly root: BoltBucket;
  readonly transaction: bigint;
  readonly #source: ByteSource;
  readonly #pages: Pages;

  /** Throws AppError 'file.read' for a file that cannot be read, 'artifact.parse' for one that is no bbolt file. */
  static open(path: string, options: BoltOptions = {}): BoltDatabase {
    const source = fileSource(path);
    try {
      return new BoltDatabase(source, options);
    } catch (error) {
      source.close();
      throw error;
    }
  }

  constructor(source: ByteSource, { cacheBytes = 8 * 2 ** 20 }: BoltOptions = {}) {
    const meta = readMeta(source);
    this.#source = source;
    this.#pages = new Pages(source, meta.pageSize, cacheBytes);
    this.root = new BoltBucket(this.#pages, meta.root);
    this.transaction = meta.transaction;
  }

  /** The transaction that the file is at now. */
  currentTransaction(): bigint {
    return readMeta(this.#source).transaction;
  }

  stats(): PageCacheStats {
    return this.#pages.stats();
  }

  close(): void {
    this.#source.close();
  }
}

/** The newer of the two that are sound. */
function readMeta(source: ByteSource): Meta {
  const first = metaAt(source, 0);
  if (first !== null) {
    const second = metaAt(source, first.pageSize);
    return second !== null && second.transaction > first.transaction ? second : first;
  }
  for (let pageSize = smallestPage; pageSize <= largestPage; pageSize *= 2) {
    const second = metaAt(source, pageSize);
    if (second?.pageSize === pageSize) {
      return second;
    }
  }
  throw damaged('it has no sound meta page');
}

function metaAt(source: ByteSource, offset: number): Meta | null {
  const meta = Buffer.alloc(metaSize);
  if (source.read(meta, offset + pageHeaderSize) !== metaSize) {
    return null;
  }
  const pageSize = meta.readUInt32LE(8);
  const isSound =
    meta.readUInt32LE(0) === magic &&
    meta.readUInt32LE(4) === formatVersion &&
    pageSize >= smallestPage &&
    pageSize <= largestPage &&
    (pageSize & (pageSize - 1)) === 0 &&
    meta.readBigUInt64LE(metaSize - 8) === metaChecksum(meta);
  return isSound
    ? { pageSize, root: pageId(meta.readBigUInt64LE(16)), transaction: meta.readBigUInt64LE(48) }
    : null;
}
