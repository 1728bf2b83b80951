import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { silentLog } from '@lanner/core';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { BucketDatabase } from '../db/advisory-database.ts';
import { calendarAt } from '../match/index.ts';
import { fixtureStoreOf } from '../testkit/bolt-fixtures.ts';
import {
  type Inventory,
  type InventoryStore,
  matchInventory,
  type MatchOptions,
  sqliteInventoryStore,
} from './index.ts';

const folder = mkdtempSync(join(tmpdir(), 'lanner-inventory-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A database that says which version fixes each package. */
function options(fixes: Readonly<Record<string, string>>): MatchOptions {
  const pairs = Object.entries(fixes).map(
    ([name, version]) =>
      `{bucket: ${name}, pairs: [{key: CVE-${name}, value: {FixedVersion: "${version}"}}]}`,
  );
  const npm = Object.entries(fixes).map(
    ([name, version]) =>
      `{bucket: ${name}, pairs: [{key: GHSA-${name}, value: {VulnerableVersions: ["<${version}"]}}]}`,
  );
  const text = `[{bucket: debian 12, pairs: [${pairs.join(', ')}]}, {bucket: "npm::x", pairs: [${npm.join(', ')}]}]`;
  return {
    database: new BucketDatabase(fixtureStoreOf([text])),
    calendar: calendarAt(new Date('2026-01-01T00:00:00Z')),
    log: silentLog,
  };
}

function inventory(artifactId: string, ...names: readonly string[]): Inventory {
  return {
    artifactId,
    name: `image ${artifactId}`,
    os: { family: 'debian', name: '12' },
    packages: names.map((name) => ({ name, version: '2', srcName: name, srcVersion: '2' })),
    applications: [
      { type: 'npm', filePath: 'p.json', packages: names.map((name) => ({ name, version: '2.0.0' })) },
    ],
  };
}

function memoryStore(): InventoryStore {
  return sqliteInventoryStore(':memory:');
}

describe('a store of inventories', () => {
  test('gives back what was put in, and forgets what was removed', () => {
    const store = memoryStore();
    store.put(inventory('a', 'x'));
    store.put(inventory('b'));
    expect(store.get('a')).toEqual(inventory('a', 'x'));
    expect(store.list()).toMatchObject([{ artifactId: 'a', matchedAt: null }, { artifactId: 'b' }]);
    store.remove('a');
    expect(store.get('a')).toBeNull();
    expect(store.list()).toHaveLength(1);
    store.close();
  });

  test('matches again only where the answers changed', () => {
    const store = memoryStore();
    store.put(inventory('a', 'x', 'y'));
    store.put(inventory('b', 'y'));
    store.put(inventory('c', 'z'));
    expect(store.rematch(options({ x: '3' }))).toMatchObject({ rematched: ['a', 'b', 'c'] });
    expect(store.vulnerabilities('a')).toMatchObject([
      { type: 'os', vulnerabilities: [{ vulnerabilityId: 'CVE-x' }] },
      { type: 'npm', filePath: 'p.json', vulnerabilities: [{ vulnerabilityId: 'GHSA-x' }] },
    ]);
    expect(store.rematch(options({ x: '3' }))).toMatchObject({
      lookUps: 6,
      changedLookUps: 0,
      rematched: [],
    });
    expect(store.rematch(options({ x: '3', y: '1' }))).toMatchObject({
      changedLookUps: 2,
      rematched: ['a', 'b'],
      changed: [],
    });
    expect(store.rematch(options({ x: '3', y: '1', z: '9' }))).toMatchObject({
      rematched: ['c'],
      changed: ['c'],
    });
    store.close();
  });

  test('tells what changed since the inventory was matched, also when it was put in again', () => {
    const store = memoryStore();
    store.put(inventory('a', 'x', 'y'));
    expect(store.rematch(options({ x: '3' })).changes).toMatchObject([
      { artifactId: 'a', added: [{ vulnerabilityId: 'CVE-x' }, { vulnerabilityId: 'GHSA-x' }], gone: [] },
    ]);
    store.put(inventory('a', 'x', 'y'));
    expect(store.rematch(options({ y: '3' })).changes).toMatchObject([
      {
        name: 'image a',
        added: [{ vulnerabilityId: 'CVE-y', pkgName: 'y' }, { vulnerabilityId: 'GHSA-y' }],
        gone: [{ vulnerabilityId: 'CVE-x' }, { vulnerabilityId: 'GHSA-x' }],
      },
    ]);
    expect(store.rematch(options({ y: '3' })).changes).toEqual([]);
    store.close();
  });

  test('is bounded: what was put in first goes, and is counted', () => {
    const store = sqliteInventoryStore(':memory:', 3);
    for (const id of ['a', 'b', 'c', 'a', 'd', 'e']) {
      store.put(inventory(id, 'x'));
    }
    expect(store.list().map(({ artifactId }) => artifactId)).toEqual(['a', 'd', 'e']);
    expect(store.evicted()).toBe(2);
    store.close();
  });

  test('matches an inventory that was replaced', () => {
    const store = memoryStore();
    store.put(inventory('a', 'x'));
    store.rematch(options({ y: '3' }));
    store.put(inventory('a', 'y'));
    expect(store.rematch(options({ y: '3' }))).toMatchObject({ rematched: ['a'], changed: ['a'] });
    expect(store.rematch(options({ y: '3' })).lookUps).toBe(2);
    store.close();
  });

  test('after any changes what is kept is what matching finds', () => {
    const name = fc.constantFrom('x', 'y', 'z', 'w');
    const fixes = fc.dictionary(name, fc.constantFrom('1', '2', '3'));
    const inventories = fc.array(fc.uniqueArray(name), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(inventories, fc.array(fixes, { minLength: 1, maxLength: 4 }), (lists, databases) => {
        const store = memoryStore();
        lists.forEach((names, i) => store.put(inventory(String(i), ...names)));
        for (const state of databases) {
          store.rematch(options(state));
          lists.forEach((names, i) => {
            const wanted = matchInventory(inventory(String(i), ...names), options(state));
            expect(store.vulnerabilities(String(i))).toEqual(wanted);
          });
        }
        store.close();
      }),
      { numRuns: 30 },
    );
  });

  test('stays on disk, and a file of a newer program is refused', () => {
    const path = join(folder, 'inventories.db');
    const store = sqliteInventoryStore(path);
    store.put(inventory('a', 'x'));
    store.close();
    const again = sqliteInventoryStore(path);
    expect(again.get('a')?.name).toBe('image a');
    again.close();
    const raw = new DatabaseSync(path);
    raw.exec('PRAGMA user_version = 99');
    raw.close();
    expect(() => sqliteInventoryStore(path)).toThrow('newer version');
  });
});
