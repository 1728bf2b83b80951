import fc from 'fast-check';
import { expect, test } from 'vitest';
import { globMatcher } from './glob.ts';

test.each([
  ['**/.git', '.git', true],
  ['**/.git', 'a/b/.git', true],
  ['**/.git', 'a/.github', false],
  ['usr/**', 'usr', true],
  ['usr/**', 'usr/lib/x', true],
  ['usr/*', 'usr/lib/x', false],
  ['a/**/z', 'a/z', true],
  ['a/**/b/**/z', 'a/x/b/y/b/z', true],
  ['*.{lock,toml}', 'Cargo.lock', true],
  ['{a,b{c,d}}/x', 'bd/x', true],
  ['?[a-c]*', 'xbzzz', true],
  ['[!a]b', 'ab', false],
  ['[^a]b', 'cb', true],
  ['a\\*b', 'a*b', true],
  ['a\\*b', 'axb', false],
  ['[a', 'a', false],
  ['{a', 'a', false],
  ['a**', 'a/b', false],
  ['', '', true],
])('%s on %s: %s', (pattern, path, expected) => {
  expect(globMatcher(pattern)(path)).toBe(expected);
});

test('a path matches itself when nothing in it is special, and any path matches **', () => {
  const plain = fc.stringMatching(/^[a-z./]{0,20}$/);
  fc.assert(
    fc.property(plain, (path) => {
      expect(globMatcher(path)(path)).toBe(true);
      expect(globMatcher('**')(path)).toBe(true);
    }),
  );
});

test('no pattern takes long', () => {
  // Processor time of this thread: a busy machine makes it no longer.
  const before = process.threadCpuUsage();
  expect(globMatcher('*a'.repeat(200))('a'.repeat(2000) + 'b')).toBe(false);
  expect(globMatcher(`${'**/a/'.repeat(100)}b`)('a/'.repeat(2000))).toBe(false);
  expect(globMatcher('{a,b}'.repeat(40))('a')).toBe(false);
  expect(process.threadCpuUsage(before).user / 1000).toBeLessThan(2000);
});
