import { spawn } from 'node:child_process';
import { createHash, randomFillSync } from 'node:crypto';
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { writeTar } from '@lanner/runtimes/testkit';
import { zipFile } from '../../packages/scanner/src/formats/zip/testkit/write.ts';
import { buildOnce, shippedBin } from '../shipped.ts';
import type { Benchmark } from './benchmark.ts';

const MiB = 2 ** 20;
const unpackedBytes = 1024 * MiB;
const pollMs = 10;

let folder = '';
let largest = 0;

/** An OCI layout with one layer: a large program, a large Java archive, the rest source code. */
function prepare(): void {
  if (folder !== '') {
    return;
  }
  folder = mkdtempSync(join(tmpdir(), 'lanner-bench-large-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  buildOnce();
  const blobs = join(folder, 'blobs/sha256');
  mkdirSync(blobs, { recursive: true });
  const layer = writeLayer(blobs);
  const config = writeJson(blobs, {
    architecture: 'amd64',
    os: 'linux',
    rootfs: { type: 'layers', diff_ids: [layer.digest] },
  });
  const manifest = writeJson(blobs, {
    schemaVersion: 2,
    config: { mediaType: 'application/vnd.oci.image.config.v1+json', ...config },
    layers: [{ mediaType: 'application/vnd.oci.image.layer.v1.tar', ...layer }],
  });
  writeFileSync(join(folder, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  writeFileSync(
    join(folder, 'index.json'),
    JSON.stringify({
      schemaVersion: 2,
      manifests: [{ mediaType: 'application/vnd.oci.image.manifest.v1+json', ...manifest }],
    }),
  );
}

interface Descriptor {
  readonly digest: string;
  readonly size: number;
}

function writeJson(blobs: string, value: unknown): Descriptor {
  const text = JSON.stringify(value);
  const digest = createHash('sha256').update(text).digest('hex');
  writeFileSync(join(blobs, digest), text);
  return { digest: `sha256:${digest}`, size: text.length };
}

function writeLayer(blobs: string): Descriptor {
  const path = join(blobs, 'layer');
  const file = openSync(path, 'w');
  const hash = createHash('sha256');
  let size = 0;
  function add(bytes: Buffer): void {
    hash.update(bytes);
    for (let at = 0; at < bytes.length;) {
      at += writeSync(file, bytes, at);
    }
    size += bytes.length;
  }
  function addFile(name: string, content: Buffer, mode = 0o644): void {
    const archive = writeTar([{ path: name, content, mode }]);
    add(archive.subarray(0, archive.length - 1024));
  }
  addFile('etc/os-release', Buffer.from('ID=debian\nVERSION_ID="12"\n'));
  addFile('usr/bin/large', largeProgram(300 * MiB), 0o755);
  addFile('srv/large.jar', largeJar(200 * MiB));
  const source = readFileSync(fileURLToPath(import.meta.resolve('typescript')));
  for (let i = 0; size < unpackedBytes; i++) {
    addFile(`srv/source-${i}.js`, source);
  }
  add(Buffer.alloc(1024));
  closeSync(file);
  const digest = hash.digest('hex');
  renameSync(path, join(blobs, digest));
  return { digest: `sha256:${digest}`, size };
}

function largeProgram(size: number): Buffer {
  const node = readFileSync(process.execPath);
  return Buffer.concat(Array.from({ length: Math.ceil(size / node.length) }, () => node)).subarray(0, size);
}

/** Classes that are stored, and what tells which archive it is. */
function largeJar(size: number): Buffer {
  const block = randomFillSync(Buffer.alloc(MiB / 2));
  const members: Record<string, string | Buffer> = {
    'META-INF/maven/org.example/large/pom.properties': 'groupId=org.example\nartifactId=large\nversion=1.0\n',
  };
  for (let done = 0; done < size; done += block.length) {
    members[`org/example/At${done}.class`] = block;
  }
  return zipFile(members, { stored: true });
}

/** The most resident memory that the scan and its child had at one time, shared pages of the program counted twice. */
async function peakMB(): Promise<number> {
  const args = [shippedBin, 'scan', 'image', '--input', folder, '-q', '--skip-db-update', '--format', 'json'];
  const child = spawn(
    process.execPath,
    [...args, '--cache-dir', join(folder, 'cache'), '--cache-backend', 'memory'],
    {
      stdio: 'ignore',
    },
  );
  const ended = new Promise<number | null>((resolve) => child.on('exit', resolve));
  const state = { isOver: false };
  void ended.then(() => (state.isOver = true));
  let peak = 0;
  largest = 0;
  while (!state.isOver) {
    let sum = 0;
    for (const pid of [child.pid ?? 0, ...childrenOf(child.pid ?? 0)]) {
      const bytes = residentBytes(pid);
      sum += bytes;
      largest = Math.max(largest, bytes);
    }
    peak = Math.max(peak, sum);
    await sleep(pollMs);
  }
  if ((await ended) !== 0) {
    throw new Error('the scan failed');
  }
  return peak / 1e6;
}

function childrenOf(pid: number): number[] {
  return read(`/proc/${pid}/task/${pid}/children`)
    .split(' ')
    .filter((text) => text !== '')
    .map(Number);
}

function residentBytes(pid: number): number {
  return Number(read(`/proc/${pid}/statm`).split(' ')[1] ?? 0) * 4096;
}

function read(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    // It has just ended.
    return '';
  }
}

export const benchmarks: Benchmark[] = [
  {
    id: 'scan-large-memory',
    unit: 'MB',
    bar: '<= 300',
    runs: 1,
    note: () =>
      `peak of all processes, ${Math.round(largest / 1e6)} MB of the largest: 1 GiB with a program of 300 MiB and a Java archive of 200 MiB`,
    prepare,
    run: peakMB,
  },
];
