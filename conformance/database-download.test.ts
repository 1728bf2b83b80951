import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog } from '@lanner/core';
import { RegistryClient, sha256 } from '@lanner/runtimes';
import { describe, expect, test } from 'vitest';
import { advisoryCache, localDatabase } from '../packages/scanner/src/db/local/cache-folder.ts';
import { fetchDatabase } from '../packages/scanner/src/db/local/fetch-database.ts';
import { openJavaDatabase } from '../packages/scanner/src/db/java-database.ts';
import type { GoObject } from './lib/go-values.ts';
import { trivyCasesArePresent, trivyFixtures, trivyRows } from './lib/trivy-cases.ts';

const now = new Date('2019-10-01T00:00:00Z');

function clientFor(archive: Buffer): RegistryClient {
  const layer = { mediaType: advisoryCache.mediaType, digest: sha256(archive), size: archive.length };
  return new RegistryClient({
    fetch: (input) =>
      Promise.resolve(
        (input as string).includes('/manifests/')
          ? new Response(JSON.stringify({ layers: [layer] }))
          : new Response(new Uint8Array(archive)),
      ),
    log: silentLog,
    credentials: () => Promise.resolve(null),
  });
}

describe.skipIf(!trivyCasesArePresent)('fetching a database (needs ../shared)', () => {
  const rows = trivyRows<GoObject>('trivy-db', 'trivy/pkg/db', 'TestClient_Download');

  test.each(rows.map((row) => [String(row['name']), row] as const))('%s', async (_name, row) => {
    const archive = readFileSync(join(trivyFixtures(), 'trivy-testdata/pkg/db', String(row['input'])));
    const cacheDir = mkdtempSync(join(tmpdir(), 'lanner-fetch-'));
    const fetching = fetchDatabase(advisoryCache, {
      cacheDir,
      client: clientFor(archive),
      now: () => now,
      log: silentLog,
      isNeeded: () => true,
    });
    if (row['wantErr'] !== undefined) {
      await expect(fetching).rejects.toThrow();
    } else {
      await fetching;
      const want = row['want'] as Record<string, string | number>;
      expect(localDatabase(cacheDir, advisoryCache).metadata).toEqual({
        version: want['Version'],
        nextUpdate: new Date(want['NextUpdate']!),
        updatedAt: new Date(want['UpdatedAt']!),
        downloadedAt: new Date(want['DownloadedAt']!),
      });
    }
    rmSync(cacheDir, { recursive: true });
  });
});

test.skipIf(!trivyCasesArePresent)('a real index of Java archives is read (needs ../shared)', () => {
  const index = openJavaDatabase(join(trivyFixtures(), 'java-db/trivy-java.db'));
  expect(index.bySha1(Buffer.alloc(20))).toBeNull();
  expect(index.exists('org.apache.tomcat.embed', 'tomcat-embed-websocket')).toBe(true);
  index.close();
});
