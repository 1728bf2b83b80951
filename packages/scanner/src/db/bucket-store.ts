import { BoltDatabase, type BoltBucket } from '@lanner/runtimes';

/** Buckets within buckets, sorted by the bytes of their keys; what an advisory database is made of. */
export interface BucketStore {
  /** The value of a key in the bucket at the end of a path; null when there is none. */
  readonly get: (path: readonly string[], key: string) => Buffer | null;
  /** All values of a bucket, in the order of their keys; none when there is no such bucket. */
  readonly values: (path: readonly string[]) => Iterable<readonly [key: string, value: Buffer]>;
  /** Names of the buckets directly in the one at the end of a path, in their order. */
  readonly buckets: (path: readonly string[], prefix?: string) => Iterable<string>;
  readonly close: () => void;
}

/** The system keeps the file's pages too, so that few are enough here. */
const pageCacheBytes = 2 * 2 ** 20;

/** Buckets at the top that are kept: each look-up begins with one of a few. */
const keptBuckets = 256;

/** A store in a bbolt file. Throws AppError 'file.read' or 'artifact.parse'. */
export function boltStore(path: string): BucketStore {
  const database = BoltDatabase.open(path, { cacheBytes: pageCacheBytes });
  const kept = new Map<string, BoltBucket | null>();
  function top(key: string): BoltBucket | null {
    const known = kept.get(key);
    if (known !== undefined) {
      return known;
    }
    const bucket = database.root.bucket(key);
    if (kept.size >= keptBuckets) {
      kept.clear();
    }
    kept.set(key, bucket);
    return bucket;
  }
  function at([first, ...rest]: readonly string[]): BoltBucket | null {
    return first === undefined ? database.root : (top(first)?.path(...rest) ?? null);
  }
  return {
    get: (keys, key) => at(keys)?.get(key) ?? null,
    *values(keys) {
      for (const { key, value } of at(keys)?.entries() ?? []) {
        if (value !== null) {
          yield [key.toString(), value] as const;
        }
      }
    },
    *buckets(keys, prefix = '') {
      for (const { key, bucket } of at(keys)?.withPrefix(prefix) ?? []) {
        if (bucket !== null) {
          yield key.toString();
        }
      }
    },
    close: () => database.close(),
  };
}

/** A bucket in memory: values are texts. */
export interface MemoryBucket {
  readonly values: Map<string, string>;
  readonly buckets: Map<string, MemoryBucket>;
}

export function memoryBucket(): MemoryBucket {
  return { values: new Map(), buckets: new Map() };
}

/** The bucket at the end of a path, made when it is not there. */
export function bucketAt(root: MemoryBucket, path: readonly string[]): MemoryBucket {
  let bucket = root;
  for (const key of path) {
    let next = bucket.buckets.get(key);
    if (next === undefined) {
      next = memoryBucket();
      bucket.buckets.set(key, next);
    }
    bucket = next;
  }
  return bucket;
}

/** A store in memory: for tests, and for advisories that were just imported. */
export function memoryStore(root: MemoryBucket): BucketStore {
  function at(path: readonly string[]): MemoryBucket | undefined {
    let bucket: MemoryBucket | undefined = root;
    for (const key of path) {
      bucket = bucket?.buckets.get(key);
    }
    return bucket;
  }
  return {
    get(path, key) {
      const value = at(path)?.values.get(key);
      return value === undefined ? null : Buffer.from(value);
    },
    *values(path) {
      for (const key of sortedKeys(at(path)?.values)) {
        yield [key, Buffer.from(at(path)?.values.get(key) ?? '')] as const;
      }
    },
    *buckets(path, prefix = '') {
      for (const key of sortedKeys(at(path)?.buckets)) {
        if (key.startsWith(prefix)) {
          yield key;
        }
      }
    },
    close: () => undefined,
  };
}

/** In the order of their bytes. */
export function sortedKeys(map: ReadonlyMap<string, unknown> | undefined): string[] {
  return [...(map?.keys() ?? [])].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}
