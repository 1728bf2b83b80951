import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { sha256, writeBoltFile } from '@lanner/runtimes';
import { writeTar } from '@lanner/runtimes/testkit';
import { openAdvisories } from '@lanner/scanner';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

// Debian's docker-registry gives the database, as a mirror of one's own would.
const bin = fileURLToPath(new URL('../bin/lanner.mjs', import.meta.url));
const isPresent = spawnSync('docker-registry', ['--version']).error === undefined;
const folder = mkdtempSync(join(tmpdir(), 'lanner-registry-'));
const cacheDir = join(folder, 'cache');
const layerType = 'application/vnd.aquasec.trivy.db.layer.v1.tar+gzip';
const manifestType = 'application/vnd.oci.image.manifest.v1+json';
let registry: ChildProcess | undefined;
let host = '';

afterAll(async () => {
  const gone = registry === undefined ? null : new Promise((resolve) => registry?.once('close', resolve));
  registry?.kill('SIGTERM');
  await gone;
  rmSync(folder, { recursive: true });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

async function startRegistry(): Promise<void> {
  host = `127.0.0.1:${await freePort()}`;
  const config = join(folder, 'config.yml');
  writeFileSync(
    config,
    `version: 0.1\nlog: {level: error}\nstorage: {filesystem: {rootdirectory: ${folder}/data}}\nhttp: {addr: "${host}"}\n`,
  );
  registry = spawn('docker-registry', ['serve', config], { stdio: 'ignore' });
  for (let tries = 0; tries < 100; tries++) {
    try {
      await fetch(`http://${host}/v2/`);
      return;
    } catch {
      // It does not listen yet.
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  throw new Error('docker-registry does not start');
}

async function pushBlob(bytes: Buffer): Promise<void> {
  const started = await fetch(`http://${host}/v2/trivy-db/blobs/uploads/`, { method: 'POST' });
  const place = new URL(started.headers.get('location') ?? '', `http://${host}`);
  place.searchParams.set('digest', sha256(bytes));
  const done = await fetch(place, { method: 'PUT', body: new Uint8Array(bytes) });
  expect(done.status).toBe(201);
}

/** Pushes a database in which one package has the vulnerability `id`; gives the archive. */
async function push(id: string): Promise<Buffer> {
  const path = join(folder, 'trivy.db');
  const noise = Buffer.from(Array.from({ length: 300_000 }, (_, i) => (i * i * 31) % 251));
  writeBoltFile(path, [
    [
      Buffer.from('alpine 3.19'),
      [[Buffer.from('curl'), [[Buffer.from(id), Buffer.from('{"FixedVersion":"9"}')]]]],
    ],
    [Buffer.from('noise'), [[Buffer.from('x'), noise]]],
  ]);
  const nextUpdate = new Date(Date.now() + 86_400_000).toISOString();
  const metadata = `{"Version":2,"NextUpdate":"${nextUpdate}","UpdatedAt":"2026-01-01T00:00:00Z"}`;
  const archive = gzipSync(
    writeTar([
      { path: 'trivy.db', content: readFileSync(path) },
      { path: 'metadata.json', content: metadata },
    ]),
  );
  const config = Buffer.from('{}');
  await pushBlob(archive);
  await pushBlob(config);
  const manifest = {
    schemaVersion: 2,
    mediaType: manifestType,
    config: { mediaType: 'application/vnd.aquasec.trivy.config.v1+json', digest: sha256(config), size: 2 },
    layers: [{ mediaType: layerType, digest: sha256(archive), size: archive.length }],
  };
  const put = await fetch(`http://${host}/v2/trivy-db/manifests/2`, {
    method: 'PUT',
    headers: { 'content-type': manifestType },
    body: JSON.stringify(manifest),
  });
  expect(put.status).toBe(201);
  return archive;
}

async function update(...args: readonly string[]): Promise<Record<string, unknown>> {
  const command = [bin, 'db', 'update', '--json', '--cache-dir', cacheDir, ...args];
  const { stdout } = await promisify(execFile)(process.execPath, command);
  return JSON.parse(stdout) as Record<string, unknown>;
}

function found(): string[] {
  const database = openAdvisories(cacheDir);
  const ids = database?.advisories('alpine 3.19', 'curl').map(({ vulnerabilityId }) => vulnerabilityId);
  database?.close();
  return ids ?? [];
}

if (!isPresent) {
  test.skip('a real registry (needs the Debian package docker-registry, absent here)', () => undefined);
} else {
  describe('lanner db update', () => {
    beforeAll(startRegistry);

    test('fetches a database once, and again when asked', async () => {
      await push('CVE-1');
      const repositories = ['--db-repository', `127.0.0.1:1/none:2,${host}/trivy-db:2`];
      expect(await update(...repositories)).toMatchObject({
        fetched: true,
        repository: `${host}/trivy-db:2`,
      });
      expect(found()).toEqual(['CVE-1']);
      expect(await update(...repositories)).toMatchObject({ fetched: false });
      await push('CVE-2');
      expect(await update(...repositories, '--force')).toMatchObject({ fetched: true });
      expect(found()).toEqual(['CVE-2']);
    });

    test('goes on with a download that was cut off', async () => {
      const archive = await push('CVE-3');
      const part = join(cacheDir, 'db', `.${sha256(archive).replace(':', '-')}.part`);
      mkdirSync(join(cacheDir, 'db'), { recursive: true });
      writeFileSync(part, archive.subarray(0, 100_000));
      expect(await update('--db-repository', `${host}/trivy-db:2`, '--force')).toMatchObject({
        fetched: true,
      });
      expect(found()).toEqual(['CVE-3']);
      expect(existsSync(part)).toBe(false);
      expect(readdirSync(join(cacheDir, 'db')).sort()).toEqual(['metadata.json', 'trivy.db']);
    });
  });
}
