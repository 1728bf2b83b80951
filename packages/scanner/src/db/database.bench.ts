import { type BoltContent, writeBoltFile } from '@lanner/runtimes';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Benchmark } from '../../../../tools/bench/benchmark.ts';
import { BucketDatabase } from './advisory-database.ts';
import { boltStore } from './bucket-store.ts';

const packages = 40_000;
/** Size of one record, so that the file has about as many bytes as a published one. */
const recordBytes = 1000;
let folder = '';
let path = '';

function prepare(): void {
  if (path !== '') {
    return;
  }
  folder = mkdtempSync(join(tmpdir(), 'lanner-bench-'));
  path = join(folder, 'trivy.db');
  const record = Buffer.from(JSON.stringify({ FixedVersion: '1', Custom: 'x'.repeat(recordBytes) }));
  function* names(): Generator<readonly [Uint8Array, Uint8Array | BoltContent]> {
    for (let i = 0; i < packages; i++) {
      const ids = Array.from(
        { length: 20 },
        (_, j) => [Buffer.from(`CVE-2024-${1000 + j}`), record] as const,
      );
      yield [Buffer.from(`package-${String(i).padStart(6, '0')}`), ids];
    }
  }
  writeBoltFile(path, [[Buffer.from('debian 12'), { [Symbol.iterator]: names }]]);
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
}

export const benchmarks: Benchmark[] = [
  {
    id: 'database: open',
    unit: 'ms',
    bar: '<= 20',
    prepare,
    note: () => `a file of ${(statSync(path).size / 2 ** 30).toFixed(2)} GiB, first look-up included`,
    run() {
      const start = performance.now();
      const database = new BucketDatabase(boltStore(path));
      database.advisories('debian 12', 'package-004711');
      const elapsedMs = performance.now() - start;
      database.close();
      return elapsedMs;
    },
  },
  {
    id: 'database: look up a package',
    unit: 'µs',
    prepare,
    note: '20 advisories, packages at random',
    run() {
      const database = new BucketDatabase(boltStore(path));
      const count = 2000;
      const start = performance.now();
      for (let i = 0; i < count; i++) {
        database.advisories('debian 12', `package-${String((i * 7919) % packages).padStart(6, '0')}`);
      }
      const elapsedUs = ((performance.now() - start) * 1000) / count;
      database.close();
      return elapsedUs;
    },
  },
];
