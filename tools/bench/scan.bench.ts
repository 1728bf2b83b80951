import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildOnce, shippedBin } from '../shipped.ts';
import type { Benchmark } from './benchmark.ts';
import { copyTree, machinePaths, type TreeSize } from './tree.ts';

/** A root file system that is measured in place of this machine's, such as one that debootstrap made. */
const givenTree = process.env['LANNER_BENCH_TREE'] ?? '';
/** As large as a Debian with a few programs. */
const maxBytes = 300e6;

let folder = '';
let size: TreeSize = { files: 0, bytes: 0 };

/** An OCI layout of a root file system, and the same as files. */
function prepare(): void {
  if (folder !== '') {
    return;
  }
  folder = mkdtempSync(join(tmpdir(), 'lanner-bench-scan-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  buildOnce();
  const tree = join(folder, 'root');
  size = givenTree === '' ? copyTree('/', machinePaths, tree, maxBytes) : copyTree(givenTree, [''], tree);
  const layout = join(folder, 'layout');
  execFileSync('umoci', ['init', '--layout', layout]);
  execFileSync('umoci', ['new', '--image', `${layout}:base`]);
  execFileSync('umoci', ['insert', '--rootless', '--image', `${layout}:base`, tree, '/'], {
    stdio: 'ignore',
  });
}

function unavailable(): string | null {
  if (givenTree !== '' && !existsSync(givenTree)) {
    return `LANNER_BENCH_TREE is ${givenTree}, which is not there`;
  }
  return spawnSync('umoci', ['--version']).status === 0 ? null : 'umoci is not installed';
}

/** What was measured, behind what is said of it. */
function measured(text: string): () => string {
  return () => {
    const tree = givenTree === '' ? 'some of this machine' : givenTree;
    return `${text}: ${size.files} files, ${(size.bytes / 1e6).toFixed(0)} MB, ${tree}`;
  };
}

function layerFile(): string {
  const blobs = join(folder, 'layout/blobs/sha256');
  const [largest = ''] = readdirSync(blobs)
    .map((name) => join(blobs, name))
    .sort((a, b) => statSync(b).size - statSync(a).size);
  return largest;
}

function scanMs(scanners: string, target = ['image', '--input', join(folder, 'layout:base')]): number {
  const start = performance.now();
  const args = [shippedBin, 'scan', ...target, '-q', '--skip-db-update'];
  execFileSync(
    '/usr/bin/env',
    [
      'bash',
      '-c',
      'exec "$0" "$@" > /dev/null',
      process.execPath,
      ...args,
      '--format',
      'json',
      '--scanners',
      scanners,
    ],
    {
      env: { ...process.env, XDG_CACHE_HOME: join(folder, 'cache') },
    },
  );
  return performance.now() - start;
}

function gunzipMs(): number {
  const start = performance.now();
  execFileSync('bash', ['-c', `gzip -dc ${layerFile()} > /dev/null`]);
  return performance.now() - start;
}

/** What was put into the image, as a runtime unpacks it; it was just written or read, so it is in the page cache. */
function unpackedMs(scanners: string): number {
  return scanMs(scanners, ['rootfs', join(folder, 'root')]);
}

function readMs(): number {
  const start = performance.now();
  execFileSync('bash', ['-c', `find ${join(folder, 'root')} -type f -print0 | xargs -0 cat > /dev/null`]);
  return performance.now() - start;
}

function coldRatio(scanners: string): number {
  rmSync(join(folder, 'cache'), { recursive: true, force: true });
  return scanMs(scanners) / gunzipMs();
}

export const benchmarks: Benchmark[] = [
  {
    id: 'scan-cold',
    unit: 'x gzip -dc',
    bar: '<= 1.3',
    note: measured('an OCI layout, no layer known, without secrets'),
    unavailable,
    prepare,
    run: () => coldRatio('vuln'),
  },
  {
    id: 'scan-cold-secrets',
    unit: 'x gzip -dc',
    bar: '<= 2',
    note: 'the same, with secrets',
    unavailable,
    prepare,
    run: () => coldRatio('vuln,secret'),
  },
  {
    id: 'scan-cached',
    unit: 'ms',
    bar: '<= 150',
    note: 'the same, all layers known, the whole process',
    unavailable,
    prepare: () => {
      prepare();
      scanMs('vuln,secret');
    },
    run: () => scanMs('vuln,secret'),
  },
  {
    id: 'scan-unpacked',
    unit: 'ms',
    bar: '<= 500',
    note: measured('the same as files on disk, in the page cache, without secrets'),
    unavailable,
    prepare,
    run: () => unpackedMs('vuln'),
  },
  {
    id: 'scan-unpacked-secrets',
    unit: 'x cat',
    bar: '<= 1.5',
    note: 'the same with secrets, beside reading every file once',
    unavailable,
    prepare,
    run: () => {
      const reading = readMs();
      return unpackedMs('vuln,secret') / reading;
    },
  },
];
