import { expect, test } from 'vitest';
import { searchPattern } from './search-pattern.ts';

test.each([
  ['/usr/local', '/usr/local/bin', true],
  ['/proc*', '/host/process', true],
  ['^/proc$', '/host/proc', false],
  ['/usr/(local|share)', '/usr/lib', false],
  ['(', '(', false],
])('%s in %s: %j', (pattern, text, found) => {
  expect(searchPattern(pattern)(text)).toBe(found);
});

test('a pattern that makes backtracking engines slow stays fast', () => {
  const started = performance.now();
  expect(searchPattern('(a+)+$')(`${'a'.repeat(20_000)}!`)).toBe(false);
  expect(performance.now() - started).toBeLessThan(2000);
});
