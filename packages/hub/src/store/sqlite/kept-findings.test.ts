import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import type { Finding } from '../finding-store.ts';
import { FindingWriter } from './finding-writer.ts';
import { KeptFindings } from './kept-findings.ts';
import { migrate } from './schema.ts';

function finding(id: string): Finding {
  return {
    kind: 'vulnerability',
    id,
    package: 'pkg:deb/debian/zlib@1',
    packageName: 'zlib',
    installedVersion: '1',
    fixedVersion: '',
    severity: 'HIGH',
    title: 't',
    epss: null,
    kev: false,
    details: {},
  };
}

const image = { key: 'a', kind: 'image', names: ['a:1'], system: '', packages: 1, notes: [] } as const;

function idsOf(kept: KeptFindings): string[] {
  return Array.from(kept.all(), ({ id }) => id);
}

test('what is kept is read anew when findings have changed, and only then', () => {
  const database = new DatabaseSync(':memory:');
  migrate(database);
  const writer = new FindingWriter(database);
  const kept = new KeptFindings(database);
  expect(idsOf(kept)).toEqual([]);
  writer.record(image, [finding('1')], 10);
  const before = kept.all();
  expect(idsOf(kept)).toEqual(['1']);
  expect(kept.all()).toBe(before);
  writer.retire('a', 20);
  expect(Array.from(kept.all(), ({ intervals }) => intervals)).toEqual([[{ fromMs: 10, toMs: 20 }]]);
});

test('more than fit are answered all the same, and not kept', () => {
  const database = new DatabaseSync(':memory:');
  migrate(database);
  new FindingWriter(database).record(image, [finding('1'), finding('2'), finding('3')], 10);
  const kept = new KeptFindings(database, 2);
  expect(kept.all()).not.toBe(kept.all());
  expect(idsOf(kept)).toEqual(['1', '2', '3']);
  expect(idsOf(kept)).toEqual(['1', '2', '3']);
});
