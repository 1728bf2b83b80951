import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FileTable } from './file-table.ts';
import { FileOwners } from './owners.ts';

describe('the table of files', () => {
  test('gives what was put in, and nothing for other paths', () => {
    const paths = fc.uniqueArray(fc.string({ unit: 'grapheme' }), { minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(paths, fc.nat(), (all, seed) => {
        const [first = '', ...rest] = all;
        const table = FileTable.of(
          rest.map((path, i) => [path, i] as const),
          seed,
        );
        expect(rest.map((path) => table.get(path))).toEqual(rest.map((_path, i) => i));
        expect(table.get(first)).toBe(-1);
        const again = FileTable.fromBytes(table.bytes());
        expect(rest.map((path) => again.get(path))).toEqual(rest.map((_path, i) => i));
      }),
      { numRuns: 50 },
    );
  });

  test('needs at most 32 bytes a path', () => {
    for (const count of [1000, 10_000, 24_577]) {
      const entries = Array.from({ length: count }, (_, i) => [`usr/lib/file-${i}.so`, i] as const);
      expect(FileTable.of(entries, 7).size / count).toBeLessThanOrEqual(32);
    }
  });

  test('keeps the first owner of a path', () => {
    const table = FileTable.of(
      [
        ['a', 3],
        ['a', 4],
      ],
      1,
    );
    expect(table.get('a')).toBe(3);
  });

  test('damaged bytes are refused, or give numbers', () => {
    expect(() => FileTable.fromBytes(new Uint8Array(5))).toThrow('damaged');
    const full = new Uint8Array(4 + 4 * 12).fill(1);
    expect(FileTable.fromBytes(full).get('x')).toBe(-1);
  });
});

describe('owners', () => {
  const owners = new FileOwners({
    artifactId: 'sha256:1',
    name: 'image',
    packages: [
      { name: 'coreutils', installedFiles: ['bin/ls', 'usr/bin/env', 'usr/share/doc/coreutils/copyright'] },
      { name: 'libc6', installedFiles: ['usr/lib/x86_64-linux-gnu/libc.so.6'] },
    ],
    applications: [
      { type: 'gobinary', filePath: 'usr/bin/etcd', packages: [{ name: 'go.etcd.io/etcd' }, { name: 'x' }] },
      {
        type: 'node-pkg',
        filePath: '',
        packages: [
          { name: 'app', filePath: 'srv/package.json' },
          { name: 'left-pad', filePath: 'srv/node_modules/left-pad/package.json' },
        ],
      },
      {
        type: 'gemspec',
        filePath: '',
        packages: [{ name: 'rake', filePath: 'g/specifications/rake-13.gemspec' }],
      },
    ],
  });

  test.each([
    ['/usr/bin/env', 'coreutils'],
    ['/usr/bin/ls', 'coreutils'],
    ['/bin/env', 'coreutils'],
    ['lib/x86_64-linux-gnu/libc.so.6', 'libc6'],
    ['/usr/bin/etcd', 'go.etcd.io/etcd'],
    ['/srv/index.js', 'app'],
    ['/srv/node_modules/left-pad/lib/a.js', 'left-pad'],
    ['/g/gems/rake-13/lib/rake.rb', 'rake'],
    ['/etc/passwd', undefined],
    ['/', undefined],
    ['', undefined],
  ])('%s belongs to %s', (path, name) => {
    expect(owners.ownerOf(path)?.package.name).toBe(name);
  });

  test('do not keep the lists of files', () => {
    expect(owners.ownerOf('bin/ls')?.package).toEqual({ name: 'coreutils' });
    expect(owners.ownerOf('srv/x')?.application?.type).toBe('node-pkg');
  });
});
