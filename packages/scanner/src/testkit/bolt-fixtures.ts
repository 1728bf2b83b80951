import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import {
  bucketAt,
  type BucketStore,
  type MemoryBucket,
  memoryBucket,
  memoryStore,
} from '../db/bucket-store.ts';

/** One item of a fixture file: a bucket with its content, or a key with its value. */
interface Item {
  readonly bucket?: string;
  readonly pairs?: readonly Item[];
  readonly key?: string;
  readonly value?: unknown;
}

/** The buckets that YAML files describe, as one store. */
export function fixtureStore(paths: readonly string[]): BucketStore {
  return fixtureStoreOf(paths.map((path) => readFileSync(path, 'utf8')));
}

export function fixtureStoreOf(texts: readonly string[]): BucketStore {
  return memoryStore(fixtureBuckets(texts));
}

/** The same as buckets; repeated ones merge. */
export function fixtureBuckets(texts: readonly string[]): MemoryBucket {
  const root = memoryBucket();
  for (const text of texts) {
    add(root, (parse(text) as Item[] | null) ?? []);
  }
  return root;
}

function add(bucket: MemoryBucket, items: readonly Item[]): void {
  for (const { bucket: name, pairs, key, value } of items) {
    if (name !== undefined) {
      add(bucketAt(bucket, [name]), pairs ?? []);
    } else if (key !== undefined) {
      // Lists and maps are stored as JSON, other values as their text.
      bucket.values.set(key, typeof value === 'string' ? value : JSON.stringify(value ?? null));
    }
  }
}
