import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { AppError, silentLog } from '@lanner/core';
import { RegistryClient, sha256, writeBoltFile } from '@lanner/runtimes';
import { writeTar } from '@lanner/runtimes/testkit';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { openJavaDatabase } from '../java-database.ts';
import { exportDatabases, importDatabases } from './bundle.ts';
import { advisoryCache, javaCache, localDatabase, openAdvisories } from './cache-folder.ts';
import { fetchDatabase, type FetchOptions } from './fetch-database.ts';
import { withLock } from './lock.ts';

const root = mkdtempSync(join(tmpdir(), 'lanner-local-'));
afterAll(() => rmSync(root, { recursive: true }));
let cacheDir = '';
beforeEach(() => {
  cacheDir = mkdtempSync(join(root, 'cache-'));
});

const now = new Date('2026-01-02T03:04:05Z');
const metadata = '{"Version":2,"NextUpdate":"2026-01-03T00:00:00Z","UpdatedAt":"2026-01-02T00:00:00Z"}';

/** A database in which one package has the vulnerability `id`. */
function databaseFile(id: string): Buffer {
  const path = join(root, `${id}.db`);
  writeBoltFile(path, [
    [Buffer.from('alpine 3.19'), [[Buffer.from('curl'), [[Buffer.from(id), Buffer.from('{}')]]]]],
  ]);
  return readFileSync(path);
}

function archiveOf(id: string): Buffer {
  return gzipSync(
    writeTar([
      { path: 'trivy.db', content: databaseFile(id) },
      { path: 'metadata.json', content: metadata },
      { path: '../evil', content: 'x' },
    ]),
  );
}

interface Served {
  readonly archive: Buffer;
  /** The connection breaks after so many bytes of the blob. */
  readonly breaksAfter?: number;
  readonly status?: number;
  readonly corrupt?: boolean;
}

/** Registries by host, and what they were asked. */
function options(hosts: Readonly<Record<string, Served>>): FetchOptions & { asked: string[] } {
  const asked: string[] = [];
  const client = new RegistryClient({
    fetch: (input, init) => {
      const url = new URL(input);
      const range = new Headers(init?.headers).get('range');
      asked.push(`${url.host}${url.pathname.replace(/.*\//, '/')}${range === null ? '' : ` ${range}`}`);
      return Promise.resolve(answer(hosts[url.host], url.pathname, range));
    },
    log: silentLog,
    credentials: () => Promise.resolve(null),
  });
  return {
    cacheDir,
    client,
    repositories: Object.keys(hosts).map((host) => `${host}/trivy-db:2`),
    now: () => now,
    log: silentLog,
    isNeeded: () => true,
    asked,
  };
}

function answer(served: Served | undefined, path: string, range: string | null): Response {
  if (served === undefined || served.status !== undefined) {
    return new Response('', { status: served?.status ?? 404 });
  }
  const { archive, breaksAfter, corrupt } = served;
  if (path.includes('/manifests/')) {
    const layer = { mediaType: advisoryCache.mediaType, digest: sha256(archive), size: archive.length };
    return new Response(JSON.stringify({ layers: [layer] }));
  }
  const from = Number(/bytes=(\d+)-/.exec(range ?? '')?.[1] ?? 0);
  const bytes = corrupt === true ? Buffer.alloc(archive.length - from) : archive.subarray(from);
  if (breaksAfter === undefined) {
    return new Response(new Uint8Array(bytes), { status: from === 0 ? 200 : 206 });
  }
  let given = false;
  const broken = new ReadableStream({
    pull(controller) {
      if (given) {
        controller.error(new Error('connection reset'));
      } else {
        given = true;
        controller.enqueue(new Uint8Array(bytes.subarray(0, breaksAfter)));
      }
    },
  });
  return new Response(broken, { status: 200 });
}

function found(): string[] {
  const database = openAdvisories(cacheDir);
  const ids = database?.advisories('alpine 3.19', 'curl').map(({ vulnerabilityId }) => vulnerabilityId) ?? [];
  database?.close();
  return ids;
}

describe('fetching a database', () => {
  test('puts it into the folder with the time, and nothing else', async () => {
    const fetching = options({ 'a.example': { archive: archiveOf('CVE-1') } });
    expect(await fetchDatabase(advisoryCache, fetching)).toBe('a.example/trivy-db:2');
    expect(found()).toEqual(['CVE-1']);
    expect(localDatabase(cacheDir, advisoryCache)).toMatchObject({
      hasFile: true,
      metadata: { version: 2, downloadedAt: now },
    });
    expect(readdirSync(join(cacheDir, 'db')).sort()).toEqual(['metadata.json', 'trivy.db']);
    expect(existsSync(join(cacheDir, 'evil'))).toBe(false);
  });

  test('asks the next repository when one fails', async () => {
    const archive = archiveOf('CVE-1');
    const fetching = options({
      'a.example': { archive, status: 429 },
      'b.example': { archive, status: 403 },
      'c.example': { archive },
    });
    expect(await fetchDatabase(advisoryCache, fetching)).toBe('c.example/trivy-db:2');
  });

  test('goes on where a download broke off', async () => {
    const archive = archiveOf('CVE-1');
    await expect(
      fetchDatabase(advisoryCache, options({ 'a.example': { archive, breaksAfter: 100 } })),
    ).rejects.toThrow(AppError);
    const again = options({ 'a.example': { archive } });
    await fetchDatabase(advisoryCache, again);
    expect(again.asked.at(-1)).toContain('bytes=100-');
    expect(found()).toEqual(['CVE-1']);
  });

  test('keeps the last good one when the new one is bad', async () => {
    await fetchDatabase(advisoryCache, options({ 'a.example': { archive: archiveOf('CVE-1') } }));
    for (const served of [
      { archive: archiveOf('CVE-2'), corrupt: true },
      { archive: gzipSync(writeTar([{ path: 'trivy.db', content: 'x' }])) },
      { archive: Buffer.from('no gzip') },
    ]) {
      await expect(fetchDatabase(advisoryCache, options({ 'a.example': served }))).rejects.toThrow(
        'no repository',
      );
      expect(found()).toEqual(['CVE-1']);
    }
    await fetchDatabase(advisoryCache, options({ 'a.example': { archive: archiveOf('CVE-2') } }));
    expect(found()).toEqual(['CVE-2']);
  });

  test('does nothing when another process did it meanwhile', async () => {
    const fetching = { ...options({}), isNeeded: () => false };
    expect(await fetchDatabase(advisoryCache, fetching)).toBeNull();
  });
});

describe('the lock', () => {
  test('lets one in at a time', async () => {
    const path = join(cacheDir, '.lock');
    let inside = 0;
    let most = 0;
    const work = async (): Promise<void> => {
      most = Math.max(most, ++inside);
      await new Promise((resolve) => setTimeout(resolve, 5));
      inside--;
    };
    await Promise.all([1, 2, 3].map(() => withLock(path, { waitMs: 5000, pollMs: 2 }, work)));
    expect(most).toBe(1);
  });

  test('of a process that is gone is taken over; of one that lives it is not', async () => {
    const path = join(cacheDir, '.lock');
    writeFileSync(path, '2147483646');
    expect(await withLock(path, { waitMs: 0 }, () => Promise.resolve('in'))).toBe('in');
    writeFileSync(path, String(process.pid));
    await expect(withLock(path, { waitMs: 0 }, () => Promise.resolve('in'))).rejects.toThrow(
      'another process',
    );
  });
});

describe('one file for all databases', () => {
  test('carries them to another folder', async () => {
    mkdirSync(join(cacheDir, 'db'));
    mkdirSync(join(cacheDir, 'advisories'));
    writeFileSync(join(cacheDir, 'db/trivy.db'), databaseFile('CVE-1'));
    writeFileSync(join(cacheDir, 'db/metadata.json'), metadata);
    writeFileSync(join(cacheDir, 'advisories/advisories.db'), databaseFile('CVE-9'));
    const file = join(root, 'all.tar.zst');
    await exportDatabases(cacheDir, file);
    cacheDir = mkdtempSync(join(root, 'other-'));
    expect(await importDatabases(cacheDir, file)).toEqual([
      'db/trivy.db',
      'db/metadata.json',
      'advisories/advisories.db',
    ]);
    expect(found()).toEqual(['CVE-1', 'CVE-9']);
  });

  test.each([
    ['gzip', gzipSync],
    ['zstd', zstdCompressSync],
    ['nothing', (bytes: Buffer) => bytes],
  ])("Trivy's own archive is taken too, packed with %s", async (_name, pack) => {
    const archive = writeTar([
      { path: './metadata.json', content: metadata },
      { path: './trivy.db', content: databaseFile('CVE-1') },
    ]);
    writeFileSync(join(cacheDir, 'db.tar'), pack(archive));
    await importDatabases(cacheDir, join(cacheDir, 'db.tar'));
    expect(found()).toEqual(['CVE-1']);
  });

  test('of the index of Java archives keeps its own metadata', async () => {
    const archive = writeTar([
      { path: 'trivy-java.db', content: 'x' },
      { path: 'metadata.json', content: metadata.replace('2', '1') },
    ]);
    writeFileSync(join(cacheDir, 'java.tar'), archive);
    await importDatabases(cacheDir, join(cacheDir, 'java.tar'));
    expect(localDatabase(cacheDir, javaCache)).toMatchObject({ hasFile: true, metadata: { version: 1 } });
    expect(localDatabase(cacheDir, advisoryCache).metadata).toBeNull();
  });

  test('without databases is refused', async () => {
    writeFileSync(join(cacheDir, 'x.tar'), writeTar([{ path: 'a.txt', content: 'x' }]));
    await expect(importDatabases(cacheDir, join(cacheDir, 'x.tar'))).rejects.toThrow('no databases');
    await expect(exportDatabases(cacheDir, join(root, 'none'))).rejects.toThrow('no databases');
  });
});

describe('opening', () => {
  test('an empty folder is nothing, and a damaged file is told', () => {
    expect(openAdvisories(cacheDir)).toBeNull();
    mkdirSync(join(cacheDir, 'db'));
    writeFileSync(join(cacheDir, 'db/trivy.db'), 'broken');
    expect(() => openAdvisories(cacheDir)).toThrow('damaged');
  });

  test('the index of Java archives answers by hash and by name', () => {
    const path = join(cacheDir, 'trivy-java.db');
    const database = new DatabaseSync(path);
    database.exec(`CREATE TABLE artifacts (id INTEGER PRIMARY KEY, group_id TEXT, artifact_id TEXT);
      CREATE TABLE indices (artifact_id INTEGER, version TEXT, sha1 BLOB, archive_type TEXT);
      INSERT INTO artifacts VALUES (1, 'org.a', 'x'), (2, 'org.b', 'x');
      INSERT INTO indices VALUES (1, '1.0', x'01', 'jar'), (2, '1.0', x'02', 'jar'), (2, '1.0', x'03', 'jar')`);
    database.close();
    const index = openJavaDatabase(path);
    expect(index.bySha1(Buffer.from([1]))).toEqual({ groupId: 'org.a', artifactId: 'x', version: '1.0' });
    expect(index.bySha1(Buffer.from([9]))).toBeNull();
    expect(index.exists('org.a', 'x')).toBe(true);
    expect(index.exists('org.c', 'x')).toBe(false);
    expect(index.groupOf('x', '1.0')).toBe('org.b');
    expect(index.groupOf('x', '2.0')).toBeNull();
    index.close();
    writeFileSync(path, 'broken');
    expect(() => openJavaDatabase(path)).toThrow('cannot be read');
    expect(() => openJavaDatabase(join(cacheDir, 'none'))).toThrow('no index');
  });
});
