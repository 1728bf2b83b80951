import { AppError } from '@lanner/core';
import fc from 'fast-check';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, truncateSync, writeFileSync, writeSync, openSync, closeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { withChecksum, writeTar } from '../testkit/index.ts';
import { type TarEntry, TarReader } from './reader.ts';

interface Read extends TarEntry {
  readonly content: string;
}

/** All entries, the archive given in pieces of `step` bytes; plain files with their content. */
function readAll(archive: Buffer, step = archive.length): Read[] {
  const entries: Read[] = [];
  const reader = new TarReader((entry) => {
    const parts: Buffer[] = [];
    if (entry.type !== 'file') {
      entries.push({ ...entry, content: '' });
      return null;
    }
    return {
      write: (bytes) => void parts.push(Buffer.from(bytes)),
      end: () => void entries.push({ ...entry, content: Buffer.concat(parts).toString('latin1') }),
    };
  });
  for (let at = 0; at < archive.length; at += step) {
    reader.write(archive.subarray(at, at + step));
  }
  reader.end();
  return entries;
}

test('gives files, folders and links in their order, however the bytes are cut', () => {
  const archive = writeTar([
    { path: 'etc/' },
    { path: 'etc/hosts', content: 'x'.repeat(700), mode: 0o600 },
    { path: 'etc/link', flag: '2', linkPath: 'hosts' },
    { path: 'empty' },
    { path: `${'long/'.repeat(40)}name`, content: 'y' },
  ]);
  const whole = readAll(archive);
  expect(whole.map(({ path, type, size, mode }) => [path, type, size, mode])).toEqual([
    ['etc/', 'directory', 0, 0o644],
    ['etc/hosts', 'file', 700, 0o600],
    ['etc/link', 'symlink', 0, 0o644],
    ['empty', 'file', 0, 0o644],
    [`${'long/'.repeat(40)}name`, 'file', 1, 0o644],
  ]);
  expect(whole[1]?.content).toBe('x'.repeat(700));
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 3000 }), (step) => {
      expect(readAll(archive, step)).toEqual(whole);
    }),
    { numRuns: 50 },
  );
});

test('a file says where its bytes lie in the archive', () => {
  const archive = writeTar([
    { path: 'a', content: 'first' },
    { path: 'b', content: 'second' },
  ]);
  const b = readAll(archive, 100).find(({ path }) => path === 'b');
  expect(archive.toString('latin1', b?.offset ?? 0, (b?.offset ?? 0) + (b?.size ?? 0))).toBe('second');
});

test.each([
  ['gnu', []],
  ['pax', ['--sparse-version=0.0']],
  ['pax', ['--sparse-version=0.1']],
  ['pax', ['--sparse-version=1.0']],
])('unpacks the holes of sparse files: %s %s', (format, options) => {
  const folder = mkdtempSync(join(tmpdir(), 'lanner-tar-'));
  const path = join(folder, 'holes');
  writeFileSync(path, 'start');
  truncateSync(path, 400_000);
  const file = openSync(path, 'r+');
  for (const at of [50_000, 100_000, 150_000, 200_000, 250_000, 300_000]) {
    writeSync(file, `at ${at}`, at);
  }
  closeSync(file);
  const archive = execFileSync('tar', [
    '-C',
    folder,
    '-S',
    `--format=${format}`,
    ...options,
    '-cf',
    '-',
    'holes',
  ]);
  rmSync(folder, { recursive: true });
  for (const step of [archive.length, 333]) {
    const [read] = readAll(archive, step);
    expect(archive.length).toBeLessThan(100_000);
    expect(read?.path).toBe('holes');
    expect(read?.size).toBe(400_000);
    expect(read?.content.length).toBe(400_000);
    expect(read?.content.slice(0, 6)).toBe('start\0');
    expect(read?.content.slice(250_000, 250_010)).toBe('at 250000\0');
  }
});

test('sizes in base 256 are read; negative ones, and sums that do not hold, are damage', () => {
  const archive = writeTar([{ path: 'a', content: 'content' }]);
  const binary = Buffer.from(archive);
  binary.fill(0, 124, 136);
  binary[124] = 0x80;
  binary[135] = 7;
  expect(readAll(withChecksum(binary))[0]?.content).toBe('content');
  binary[124] = 0xff;
  expect(() => readAll(withChecksum(binary))).toThrow('damaged header');
  binary[124] = 0x80;
  binary[0] = 0x62;
  expect(() => readAll(binary)).toThrow('damaged header');
});

test('an archive that ends early gives what it holds, then an error', () => {
  const archive = writeTar([
    { path: 'a', content: 'x' },
    { path: 'b', content: 'y'.repeat(600) },
  ]);
  const seen: string[] = [];
  const reader = new TarReader(({ path }) => {
    seen.push(path);
    return null;
  });
  reader.write(archive.subarray(0, 1700));
  expect(seen).toEqual(['a', 'b']);
  expect(() => reader.end()).toThrow('ends in the middle');
});

test('the closing blocks may be missing, and what pads the last entry; what belongs to an entry may not', () => {
  const archive = writeTar([
    { path: 'a', content: 'x' },
    { path: 'b', content: 'y'.repeat(600) },
  ]);
  const [contentEnd, entryEnd] = [512 + 512 + 512 + 600, archive.length - 1024];
  for (const end of [contentEnd, contentEnd + 7, entryEnd, entryEnd + 512]) {
    expect(readAll(archive.subarray(0, end)).map(({ path }) => path)).toEqual(['a', 'b']);
  }
  for (const end of [contentEnd - 1, entryEnd + 1, 1024 + 100]) {
    expect(() => readAll(archive.subarray(0, end))).toThrow('ends in the middle');
  }
});

test('noise gives entries or an AppError', () => {
  const archive = Buffer.concat([
    writeTar([
      { path: 'a'.repeat(120), content: 'hello' },
      { path: 'b', flag: 'x', content: '9 size=4\n' },
    ]),
  ]);
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(archive.length - 1), fc.nat(255)), { maxLength: 20 }),
      fc.boolean(),
      (changes, repaired) => {
        const damaged = Buffer.from(archive);
        changes.forEach(([at, value]) => {
          damaged[at] = value;
        });
        for (let at = 0; repaired && at + 512 <= damaged.length; at += 512) {
          withChecksum(damaged.subarray(at, at + 512));
        }
        try {
          readAll(damaged, 700);
        } catch (error) {
          expect(error).toBeInstanceOf(AppError);
        }
      },
    ),
    { numRuns: 1000 },
  );
});
