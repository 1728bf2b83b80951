import { execFileSync, spawn } from 'node:child_process';
import { createHash, randomFillSync } from 'node:crypto';
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { crc32 } from 'node:zlib';
import { writeTar } from '@lanner/runtimes/testkit';
import type { Benchmark } from './benchmark.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** What is shipped, not the sources. */
const bin = join(root, 'dist/lanner.mjs');
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
  execFileSync(process.execPath, [join(root, 'tools/build.ts')], { stdio: 'ignore' });
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
  execFileSync('mv', [path, join(blobs, digest)]);
  return { digest: `sha256:${digest}`, size };
}

function largeProgram(size: number): Buffer {
  const node = readFileSync(process.execPath);
  return Buffer.concat(Array.from({ length: Math.ceil(size / node.length) }, () => node)).subarray(0, size);
}

/** Classes that are stored, and what tells which archive it is. */
function largeJar(size: number): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  function add(name: string, content: Buffer): void {
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(10, 0);
    fields.writeUInt32LE(crc32(content), 10);
    fields.writeUInt32LE(content.length, 14);
    fields.writeUInt32LE(content.length, 18);
    fields.writeUInt16LE(name.length, 22);
    directory.push(
      Buffer.from('PK\x01\x02\x0a\0'),
      fields,
      Buffer.alloc(10),
      uint32(offset),
      Buffer.from(name),
    );
    parts.push(Buffer.from('PK\x03\x04'), fields, Buffer.from(name), content);
    offset += 30 + name.length + content.length;
  }
  add(
    'META-INF/maven/org.example/large/pom.properties',
    Buffer.from('groupId=org.example\nartifactId=large\nversion=1.0\n'),
  );
  const block = randomFillSync(Buffer.alloc(MiB / 2));
  let count = 1;
  for (; offset < size; count++) {
    add(`org/example/Class${count}.class`, block);
  }
  const listed = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(count, 8);
  end.writeUInt16LE(count, 10);
  end.writeUInt32LE(listed.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, listed, end]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

/** The most resident memory that the scan and its child had at one time, shared pages of the program counted twice. */
async function peakMB(): Promise<number> {
  const args = [bin, 'scan', 'image', '--input', folder, '-q', '--skip-db-update', '--format', 'json'];
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
