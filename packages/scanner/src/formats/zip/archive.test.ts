import { AppError } from '@lanner/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sourceOf } from '../../lib/source.ts';
import { ZipArchive } from './archive.ts';
import { zipFile } from './testkit/write.ts';

const members = {
  'META-INF/MANIFEST.MF': 'Manifest-Version: 1.0\n',
  'a/b.txt': 'x'.repeat(100_000),
  empty: '',
};

test.each([
  ['deflated', {}],
  ['stored', { stored: true }],
  ['with wide sizes', { wide: true }],
  ['behind a program', { prefix: Buffer.from('#!/bin/sh\nexec java -jar "$0"\n') }],
  ['behind a program, with wide sizes', { prefix: Buffer.alloc(100), wide: true }],
  ['with a comment', { comment: 'PK\x05\x06 and more than the end record '.repeat(3) }],
])('reads an archive %s', (_name, options) => {
  expect(contents(zipFile(members, options))).toEqual(members);
});

test('a member that is stored is read in place', () => {
  const archive = new ZipArchive(sourceOf(zipFile(members, { stored: true })));
  const [, entry] = [...archive.entries()];
  expect(entry && archive.stored(entry)?.read(99_999, 10).toString()).toBe('x');
});

test('a bomb is not unpacked further than the limit, whatever it says', () => {
  const bytes = zipFile({ bomb: Buffer.alloc(1_000_000) });
  // The size in the directory becomes 1.
  bytes.writeUInt32LE(1, bytes.indexOf(Buffer.from([0x50, 0x4b, 1, 2])) + 24);
  const archive = new ZipArchive(sourceOf(bytes));
  const [entry] = [...archive.entries()];
  expect(entry?.size).toBe(1);
  expect(() => entry && archive.read(entry, 1000)).toThrow(
    expect.objectContaining({ code: 'artifact.limit' }),
  );
});

test('any damage gives entries or an AppError', () => {
  const whole = zipFile(members, { wide: true });
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 5 }), (changes) => {
      const bytes = Buffer.from(whole);
      changes.forEach(([at, value]) => bytes.writeUInt8(value, at));
      try {
        contents(bytes);
      } catch (error) {
        expect(error).toBeInstanceOf(AppError);
      }
    }),
  );
});

function contents(bytes: Buffer): Record<string, string> {
  const archive = new ZipArchive(sourceOf(bytes));
  return Object.fromEntries(
    Array.from(archive.entries(), (entry) => [entry.name, archive.read(entry, 1_000_000).toString()]),
  );
}
