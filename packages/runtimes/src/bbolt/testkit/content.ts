import type { BoltBucket } from '../bucket.ts';
import type { BoltContent } from '../writer.ts';

/** What a bucket holds, as plain values: texts and folders of them. */
export interface Tree {
  readonly [key: string]: string | Tree;
}

/** A tree as content to write, in the order of its keys. */
export function* contentOf(tree: Tree): Generator<readonly [Uint8Array, Uint8Array | BoltContent]> {
  const entries = Object.entries(tree).map(([key, value]) => [Buffer.from(key), value] as const);
  for (const [key, value] of entries.sort(([a], [b]) => a.compare(b))) {
    yield [
      key,
      typeof value === 'string' ? Buffer.from(value) : { [Symbol.iterator]: () => contentOf(value) },
    ];
  }
}

/** A bucket as plain values. */
export function treeOf(bucket: BoltBucket, depth = 0): Tree {
  if (depth > 8) {
    return {};
  }
  const tree: Record<string, string | Tree> = {};
  for (const { key, value, bucket: inner } of bucket.entries()) {
    tree[key.toString()] = inner === null ? value.toString() : treeOf(inner, depth + 1);
  }
  return tree;
}
