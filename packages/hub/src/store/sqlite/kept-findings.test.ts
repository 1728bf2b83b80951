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

test('after a scan only findings of its artifact are read anew', () => {
  const database = new DatabaseSync(':memory:');
  migrate(database);
  const writer = new FindingWriter(database);
  const kept = new KeptFindings(database);
  // Names that come before and after all others, and one that holds another.
  const keys = ['', 'a', 'a/b', 'finding-changes/a', '\u{10ffff}', "'; --"];
  for (const key of keys) {
    writer.record({ ...image, key }, [finding('1'), finding('2')], 10);
  }
  const before = [...kept.all()];
  expect(before).toHaveLength(2 * keys.length);
  for (const key of keys) {
    const was = [...kept.all()];
    writer.record({ ...image, key, names: ['renamed'] }, [finding('2'), finding('3')], 20);
    const is = [...kept.all()];
    expect(is.filter(({ artifact }) => artifact !== key)).toEqual(
      was.filter(({ artifact }) => artifact !== key),
    );
    for (const life of is.filter(({ artifact }) => artifact !== key)) {
      expect(was).toContain(life);
    }
    const own = is.filter(({ artifact }) => artifact === key);
    expect(own.map(({ id, intervals }) => [id, intervals.at(-1)?.toMs])).toEqual([
      ['1', 20],
      ['2', null],
      ['3', null],
    ]);
    expect(own.every(({ artifactNames }) => artifactNames[0] === 'renamed')).toBe(true);
  }
});

test('changes of several artifacts, and a first one, are seen at once', () => {
  const database = new DatabaseSync(':memory:');
  migrate(database);
  const writer = new FindingWriter(database);
  const kept = new KeptFindings(database);
  writer.record(image, [finding('1')], 10);
  expect(idsOf(kept)).toEqual(['1']);
  writer.record(image, [], 20);
  writer.record({ ...image, key: 'b' }, [finding('2')], 20);
  writer.record({ ...image, key: 'c' }, [finding('3')], 20);
  expect(
    Array.from(kept.all(), ({ artifact, id, intervals }) => [artifact, id, intervals.at(-1)?.toMs]),
  ).toEqual([
    ['a', '1', 20],
    ['b', '2', null],
    ['c', '3', null],
  ]);
});

test('the store remembers which artifacts changed last, and no more: who is further behind reads everything', () => {
  const database = new DatabaseSync(':memory:');
  migrate(database);
  const writer = new FindingWriter(database);
  const kept = new KeptFindings(database);
  writer.record({ ...image, key: 'first' }, [finding('1')], 10);
  expect(idsOf(kept)).toEqual(['1']);
  for (let i = 0; i < 300; i++) {
    writer.record({ ...image, key: `k${i}` }, [finding(`n${i}`)], 20);
  }
  const { rows } = database.prepare('SELECT count(*) AS rows FROM counter').get() as { rows: number };
  expect(rows).toBe(257);
  expect(idsOf(kept)).toHaveLength(301);
  const before = [...kept.all()];
  writer.record({ ...image, key: 'k7' }, [], 30);
  // One that was read once is read alone.
  expect([...kept.all()].filter((life) => !before.includes(life)).map(({ artifact }) => artifact)).toEqual([
    'k7',
  ]);
});

test('a store in whose place another one came is read as a whole', () => {
  const database = new DatabaseSync(':memory:');
  migrate(database);
  const writer = new FindingWriter(database);
  const kept = new KeptFindings(database);
  writer.record(image, [finding('1')], 10);
  writer.record(image, [finding('1')], 20);
  expect(idsOf(kept)).toEqual(['1']);
  database.exec("DELETE FROM finding; DELETE FROM counter WHERE name LIKE 'finding-changes%'");
  writer.record({ ...image, key: 'b' }, [finding('2')], 30);
  expect(idsOf(kept)).toEqual(['2']);
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
