import { silentLog } from '@lanner/core';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BoltContent, writeBoltFile } from '@lanner/runtimes';
import type { Benchmark } from '../../../../tools/bench/benchmark.ts';
import { BucketDatabase } from '../db/advisory-database.ts';
import { boltStore } from '../db/bucket-store.ts';
import { calendarAt } from '../match/index.ts';
import type { Package } from '../model/index.ts';
import { FileOwners, type InventoryStore, type MatchOptions, sqliteInventoryStore } from './index.ts';

const artifacts = 100;
const packagesEach = 400;
/** Different packages of the distribution; artifacts share most of theirs. */
const packages = 1500;
const files = 100_000;

let folder = '';
let store: InventoryStore | null = null;
let owners: FileOwners | null = null;
let matched = 0;
let mostMiB = 0;

function* advisoriesOf(revision: number): Generator<readonly [Uint8Array, Uint8Array | BoltContent]> {
  const names = Array.from({ length: packages }, (_, i) => `package-${i}`).sort();
  for (const name of names) {
    // An update changes one package in ten. Two of its twenty advisories are not yet fixed in what is installed.
    const isChanged = Number(name.slice(8)) % 10 === 0;
    const records = Array.from({ length: 20 }, (_, i) => {
      const fix = i < 2 ? `2.${isChanged ? revision : 0}` : `0.9.${i}`;
      return [
        Buffer.from(`CVE-2024-${1000 + i}`),
        Buffer.from(JSON.stringify({ FixedVersion: fix })),
      ] as const;
    });
    yield [Buffer.from(name), records];
  }
}

function options(revision: number): MatchOptions {
  const path = join(folder, `${revision}.db`);
  writeBoltFile(path, [[Buffer.from('debian 12'), { [Symbol.iterator]: () => advisoriesOf(revision) }]]);
  return {
    database: new BucketDatabase(boltStore(path)),
    calendar: calendarAt(new Date('2026-01-01T00:00:00Z')),
    log: silentLog,
  };
}

function packageAt(index: number): Package {
  const name = `package-${index}`;
  return { name, version: '1.0', srcName: name, srcVersion: '1.0' };
}

function prepareStore(): void {
  folder = mkdtempSync(join(tmpdir(), 'lanner-bench-'));
  store = sqliteInventoryStore(join(folder, 'inventories.db'));
  for (let i = 0; i < artifacts; i++) {
    const some = Array.from({ length: packagesEach }, (_, j) => packageAt((i * 11 + j) % packages));
    store.put({
      artifactId: `sha256:${i}`,
      name: `image-${i}`,
      os: { family: 'debian', name: '12' },
      packages: some,
      applications: [],
    });
  }
  const first = options(0);
  store.rematch(first);
  first.database.close();
}

let revision = 0;

export const benchmarks: Benchmark[] = [
  {
    id: 'inventory: match 100 × 400 packages again after an update',
    unit: 'ms',
    bar: '<= 1000',
    prepare: prepareStore,
    note: () =>
      `one package in ten changed, ${matched} artifacts matched, at most ${mostMiB.toFixed(1)} MiB more`,
    run() {
      const next = options(++revision);
      const before = process.memoryUsage().rss;
      const start = performance.now();
      const report = store?.rematch(next);
      const elapsedMs = performance.now() - start;
      mostMiB = Math.max(mostMiB, (process.memoryUsage().rss - before) / 2 ** 20);
      matched = report?.rematched.length ?? 0;
      next.database.close();
      return elapsedMs;
    },
  },
  {
    id: 'inventory: the package that owns a file',
    unit: 'ns',
    bar: '< 1000',
    prepare() {
      rmSync(folder, { recursive: true, force: true });
      const installedFiles = Array.from({ length: files }, (_, i) => pathOf(i));
      const half = files / 2;
      owners = new FileOwners({
        artifactId: 'a',
        name: 'a',
        packages: [
          { name: 'a', installedFiles: installedFiles.slice(0, half) },
          { name: 'b', installedFiles: installedFiles.slice(half) },
        ],
        applications: [],
      });
    },
    note: () => `${((owners?.size ?? 0) / files).toFixed(1)} bytes a file, half of the paths unknown`,
    run() {
      const paths = Array.from({ length: 200_000 }, (_, i) => `/${pathOf(i * 7)}`);
      const start = performance.now();
      let found = 0;
      for (const path of paths) {
        found += owners?.ownerOf(path) === null ? 0 : 1;
      }
      const elapsedNs = ((performance.now() - start) * 1e6) / paths.length;
      return found > 0 ? elapsedNs : Number.NaN;
    },
  },
];

function pathOf(i: number): string {
  return `usr/share/package-${i % 700}/locale/LC_MESSAGES/file-${i}.mo`;
}
