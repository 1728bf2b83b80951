import { AppError } from '@lanner/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sourceOf } from '../../lib/source.ts';
import { SqliteFile } from '../sqlite/file.ts';
import { sqliteFile, sqliteTable } from '../sqlite/testkit/write.ts';
import { rpmArchiveHeader } from './archive.ts';
import { rpmHeaders } from './database.ts';
import { RpmHeader, tags } from './header.ts';
import { rpmPackages } from './packages.ts';
import { fuzzRpm } from './rpmdb.fuzz.ts';
import { berkeleyFile, type HeaderValues, ndbFile, rpmArchive, rpmHeaderBytes } from './testkit/write.ts';

/** Names and sizes that reach over pages. */
const blobs = [40, 700, 4000, 9000, 70_000].map((length) =>
  rpmHeaderBytes(
    new Map<number, string | Uint8Array>([
      [tags.name, `of-${length}`],
      [tags.sigMd5, new Uint8Array(length).fill(7)],
    ]),
  ),
);
const names = blobs.map((blob) => new RpmHeader(blob).text(tags.name));

describe.each([
  ['NDB', () => ndbFile(blobs)],
  ['Berkeley DB', () => berkeleyFile(blobs)],
  ['Berkeley DB of a big-endian machine', () => berkeleyFile(blobs, { little: false, pageLength: 512 })],
  ['SQLite', () => sqliteTable('Packages', blobs, 4096)],
  ['SQLite with small pages', () => sqliteTable('Packages', blobs, 512)],
])('%s', (_name, write) => {
  test('gives all packages', () => {
    expect(namesIn(write())).toEqual(names);
  });

  test('contains every cut', () => {
    const whole = write();
    fc.assert(
      fc.property(fc.nat(whole.length - 1), (length) => {
        try {
          namesIn(whole.subarray(0, length));
        } catch (error) {
          expect(error).toBeInstanceOf(AppError);
        }
      }),
      { numRuns: 50 },
    );
  });
});

test('of a chain that points to itself not more is read than the file has', () => {
  const file = berkeleyFile([Buffer.alloc(20_000, 1)]);
  // Page 2 is the first of the chain; its next one becomes itself.
  file.writeUInt32LE(2, 2 * 4096 + 16);
  expect(namesIn(file)).toEqual([]);
  const many = berkeleyFile(Array.from({ length: 100 }, () => Buffer.alloc(5000, 1)));
  for (let i = 0; i < 100; i++) {
    // Every item points to the same chain.
    many.writeUInt32LE(2, 4096 + 4096 - (i + 1) * 17 + 4);
    many.writeUInt32LE(200_000, 4096 + 4096 - (i + 1) * 17 + 8);
  }
  expect(() => namesIn(many)).toThrow(AppError);
});

test('numbers and texts of a header do not reach over its end', () => {
  const header = rpmHeaderBytes(new Map([[tags.dirIndexes, [1, 2]]]));
  header.writeUInt32BE(1000, 8 + 12);
  expect(() => new RpmHeader(header).numbers(tags.dirIndexes)).toThrow(AppError);
  const negative = Buffer.from([227, 48, 48, 48, 48, 48, 48, 48]);
  expect(() => new RpmHeader(negative)).toThrow(AppError);
});

test('packages know their source, files and dependencies', () => {
  const glibc = headerOf({
    [tags.name]: 'glibc',
    [tags.version]: '2.17',
    [tags.release]: '307.el7',
    [tags.arch]: 'x86_64',
    [tags.vendor]: 'CentOS',
    [tags.sourceRpm]: 'glibc-2.17-307.el7.src.rpm',
    [tags.provideName]: ['libc.so.6()(64bit)'],
    [tags.baseNames]: ['libc.so.6', 'rpc'],
    [tags.dirNames]: ['/lib64/', '/etc/'],
    [tags.dirIndexes]: [0, 1],
  });
  const tool = headerOf({
    [tags.name]: 'tool',
    [tags.version]: '1',
    [tags.release]: '1',
    [tags.epoch]: [3],
    [tags.requireName]: ['libc.so.6()(64bit)', '/bin/sh'],
  });
  expect(rpmPackages([glibc, tool])).toEqual([
    {
      id: 'glibc@2.17-307.el7.x86_64',
      ...{ name: 'glibc', version: '2.17', release: '307.el7', arch: 'x86_64' },
      ...{ srcName: 'glibc', srcVersion: '2.17', srcRelease: '307.el7' },
      ...{ maintainer: 'CentOS', repositoryClass: 'official' },
      installedFiles: ['lib64/libc.so.6', 'etc/rpc'],
    },
    {
      id: 'tool@1-1.',
      ...{ name: 'tool', version: '1', release: '1', epoch: 3, arch: 'None', srcEpoch: 3 },
      ...{ repositoryClass: 'third-party', dependsOn: ['glibc@2.17-307.el7.x86_64'] },
    },
  ]);
});

test('a folder that is named once does not make its files too long', () => {
  const header = headerOf({
    [tags.name]: 'x',
    [tags.baseNames]: Array.from({ length: 100_000 }, () => 'a'),
    [tags.dirNames]: ['/'.concat('d'.repeat(3000))],
    [tags.dirIndexes]: Array.from({ length: 100_000 }, () => 0),
  });
  expect(() => rpmPackages([header])).toThrow(expect.objectContaining({ code: 'artifact.limit' }));
});

test('a package file has its header behind the signature', () => {
  const archive = rpmArchive(rpmHeaderBytes(new Map([[tags.name, 'socat']])));
  expect(rpmArchiveHeader(sourceOf(archive)).text(tags.name)).toBe('socat');
  expect(() => rpmArchiveHeader(sourceOf(Buffer.from('broken')))).toThrow(AppError);
});

test('a table of SQLite has all types of values', () => {
  const row = [1, -2, 70_000, 2 ** 40, 1.5, 'täxt', Buffer.from([0, 255]), null];
  const file = sqliteFile(512, (database) => {
    database.exec('create table many (a, b, c, d, e, f, g, h)');
    const insert = database.prepare('insert into many values (?, ?, ?, ?, ?, ?, ?, ?)');
    for (let i = 0; i < 500; i++) {
      insert.run(...row);
    }
  });
  const rows = [...new SqliteFile(sourceOf(file)).rows('many')];
  expect(rows).toHaveLength(500);
  expect(rows.at(-1)).toEqual([1, -2, 70_000, 2 ** 40, 1.5, 'täxt', Buffer.from([0, 255]), null]);
  expect([...new SqliteFile(sourceOf(file)).rows('other')]).toEqual([]);
});

function headerOf(
  values: Readonly<Record<number, string | readonly string[] | readonly number[]>>,
): RpmHeader {
  const byTag: HeaderValues = new Map(Object.entries(values).map(([tag, value]) => [Number(tag), value]));
  return new RpmHeader(rpmHeaderBytes(byTag));
}

function namesIn(file: Buffer): string[] {
  return Array.from(
    rpmHeaders(sourceOf(file), (error) => expect(error).toBeInstanceOf(AppError)),
    (header) => header.text(tags.name),
  );
}

test('stands damaged files', () => {
  expect(fuzzRpm(300, 1).inputs).toBe(300);
});
