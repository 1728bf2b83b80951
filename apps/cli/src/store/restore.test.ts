import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { DataBench } from './testkit/data-bench.ts';

const bench = new DataBench();
let backup = '';

beforeEach(async () => {
  backup = bench.path('backup');
  bench.fill();
  writeFileSync(join(bench.data, 'agents-authority.pem'), 'key of then');
  expect((await bench.run(['backup', backup])).code).toBe(0);
  bench.damage("DELETE FROM document WHERE kind = 'token'");
});

function changeManifest(change: (manifest: Record<string, unknown>) => Record<string, unknown>): void {
  const path = join(backup, 'manifest.json');
  writeFileSync(
    path,
    JSON.stringify(change(JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>)),
  );
}

describe('lanner store restore', () => {
  test('puts everything where a server finds it, without the sessions of then', async () => {
    const target = bench.path('new');
    const restored = await bench.run(['restore', backup, '--json'], target);
    expect(restored.code).toBe(0);
    expect(JSON.parse(restored.out)).toEqual({
      ...{ folder: target, alerts: 500, createdAt: '1970-01-01T00:00:00.000Z', aside: null },
    });
    expect(readFileSync(join(target, 'agents-authority.pem'), 'utf8')).toBe('key of then');
    expect(readFileSync(join(target, 'admin-token'), 'utf8')).toBe('secret\n');
    const store = await bench.open(target);
    expect(await store.alerts.count({})).toBe(500);
    expect(await store.findings.count({ includeFixed: true })).toBe(2);
    expect(await store.documents.list('token')).toHaveLength(1);
    expect(await store.documents.list('session')).toEqual([]);
    expect(await store.audit.list(10)).toHaveLength(3);
    expect(await store.check()).toEqual([]);
  });

  test('refuses a folder that holds something, and moves that aside when it is told to', async () => {
    writeFileSync(join(bench.data, 'agents-authority.pem'), 'key of now');
    const refused = await bench.run(['restore', backup]);
    expect(refused.code).toBe(1);
    expect(refused.err).toContain('is not empty');
    const restored = await bench.run(['restore', backup, '--replace', '--json']);
    expect(restored.code).toBe(0);
    const { aside } = JSON.parse(restored.out) as { aside: string };
    expect(readdirSync(join(aside, 'store'))).toContain('store.db');
    expect(readFileSync(join(aside, 'agents-authority.pem'), 'utf8')).toBe('key of now');
    const store = await bench.open();
    expect(await store.documents.list('token')).toHaveLength(1);
    expect(readdirSync(join(bench.data, 'store')).filter((name) => name.includes('restoring'))).toEqual([]);
    expect(readdirSync(bench.data).filter((name) => name.includes('restoring'))).toEqual([]);
  });

  test('leaves a folder alone that a server uses', async () => {
    const store = await bench.open();
    const refused = await bench.run(['restore', backup, '--replace']);
    expect(refused.code).toBe(1);
    expect(refused.err).toContain('Another process uses the store');
    expect(await store.documents.list('token')).toEqual([]);
  });

  test.each([
    [
      'bytes that changed',
      () => writeFileSync(join(backup, 'admin-token'), 'secreT\n'),
      'admin-token of the backup is not what',
    ],
    ['a file that is missing', () => rmSync(join(backup, 'store.db')), 'store.db of the backup is missing'],
    ['no manifest', () => rmSync(join(backup, 'manifest.json')), 'the backup was not ended'],
    [
      'a manifest that is none',
      () => writeFileSync(join(backup, 'manifest.json'), '[]'),
      'is not as it was written',
    ],
    [
      'a file that leads elsewhere',
      () =>
        changeManifest((manifest) => ({
          ...manifest,
          files: [{ name: '../x', bytes: 1, sha256: '0'.repeat(64) }],
        })),
      'is not as it was written',
    ],
    [
      'a later schema',
      () => changeManifest((manifest) => ({ ...manifest, schemaVersion: 99 })),
      'has schema 99',
    ],
  ])('refuses a backup with %s, and changes nothing', async (_what, damage, message) => {
    damage();
    for (const target of [bench.path('new'), bench.data]) {
      const refused = await bench.run(['restore', backup, '--replace'], target);
      expect(refused.code).toBe(1);
      expect(refused.err).toContain(message);
    }
    const left = existsSync(bench.path('new')) ? readdirSync(bench.path('new'), { recursive: true }) : [];
    expect(left.filter((name) => name !== 'store' && name !== 'store/lock.db')).toEqual([]);
    expect(readdirSync(bench.data).filter((name) => name.startsWith('replaced'))).toEqual([]);
    const store = await bench.open();
    expect(await store.documents.list('token')).toEqual([]);
  });

  test('what a refused restore left does not stop the next one', async () => {
    const target = bench.path('new');
    mkdirSync(join(target, 'store'), { recursive: true });
    writeFileSync(join(target, 'store/lock.db'), '');
    expect((await bench.run(['restore', backup], target)).code).toBe(0);
  });
});
