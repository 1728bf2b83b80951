import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { collapseSlashes, joinPath } from './path.ts';

describe('joinPath', () => {
  test.each([
    ['/home/a/', 'b', '/home/a/b'],
    ['/home/a/', '../b', '/home/b'],
    ['/home/a/', '../../../../b', '/b'],
    ['/home/a/', './b/./c/.', '/home/a/b/c'],
    ['/home/a/', '.hidden', '/home/a/.hidden'],
    ['/home/a/', '..hidden/x', '/home/a/..hidden/x'],
    ['/home/a/', 'b/', '/home/a/b'],
    ['/home/a/', '..', '/home'],
    ['/home/a/', '', ''],
    ['/home/a/', '/etc//passwd', '/etc/passwd'],
    ['/home/a/', '/etc/../passwd/', '/passwd'],
    ['/', '..', '/'],
    ['', '/', '/'],
    ['', '//', '/'],
    ['<UNKNOWN>', 'b', '<UNKNOWN>b'],
    ['foo/', '../a', 'a'],
    ['/a', '..', '/a..'],
  ])('of %j and %j is %j', (directory, path, joined) => {
    expect(joinPath(directory, path)).toBe(joined);
  });

  test('gives a fixed text for what would not fit 1024 bytes', () => {
    expect(joinPath('/', 'a'.repeat(1022))).toBe(`/${'a'.repeat(1022)}`);
    expect(joinPath('/', 'a'.repeat(1023))).toBe('/DIR_TOO_LONG/FILENAME_TOO_LONG');
  });

  test('is idempotent for absolute paths', () => {
    const path = fc.array(fc.constantFrom('a', '.', '..', '', '.x', 'b..'), { maxLength: 12 });
    fc.assert(
      fc.property(path, (components) => {
        const once = joinPath('/cwd/', `/${components.join('/')}`);
        expect(once).toMatch(/^\/$|^(\/(?!\.\.?(\/|$))[^/]+)+$/);
        expect(joinPath('/cwd/', once)).toBe(once);
      }),
    );
  });
});

test('collapseSlashes leaves single slashes alone', () => {
  expect(collapseSlashes('//a///b/c')).toBe('/a/b/c');
  expect(collapseSlashes('a/b')).toBe('a/b');
});
