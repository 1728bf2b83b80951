import { type BoltContent, writeBoltFile } from '@lanner/runtimes';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MemoryBucket } from '../../packages/scanner/src/db/bucket-store.ts';
import { fixtureBuckets } from '../../packages/scanner/src/testkit/bolt-fixtures.ts';

/** Writes the advisory database that Trivy's integration tests use into a cache folder. */
export function writeFixtureDatabase(cacheFolder: string, fixtures: string): void {
  const texts = readdirSync(fixtures)
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => readFileSync(join(fixtures, name), 'utf8'));
  mkdirSync(join(cacheFolder, 'db'), { recursive: true });
  writeBoltFile(join(cacheFolder, 'db', 'trivy.db'), contentOf(fixtureBuckets(texts)));
  const metadata = { Version: 2, NextUpdate: '2100-01-01T00:00:00Z', UpdatedAt: '2021-08-25T00:00:00Z' };
  writeFileSync(join(cacheFolder, 'db', 'metadata.json'), JSON.stringify(metadata));
}

function contentOf({ values, buckets }: MemoryBucket): BoltContent {
  const entries: [Uint8Array, Uint8Array | BoltContent][] = [
    ...[...values].map(([key, value]): [Uint8Array, Uint8Array] => [Buffer.from(key), Buffer.from(value)]),
    ...[...buckets].map(([key, bucket]): [Uint8Array, BoltContent] => [Buffer.from(key), contentOf(bucket)]),
  ];
  return entries.sort(([a], [b]) => Buffer.compare(a, b));
}
