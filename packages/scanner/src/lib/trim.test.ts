import fc from 'fast-check';
import { expect, test } from 'vitest';
import { trimOf } from './trim.ts';

test.each([
  ['""a"b""', '"', 'a"b'],
  ['/usr/lib/', '/', 'usr/lib'],
  ['///', '/', ''],
  ['', ' ', ''],
])('%j without %j is %j', (text, characters, want) => {
  expect(trimOf(text, characters)).toBe(want);
});

test('takes away what trim does, for spaces', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(' ', 'a') }), (text) => trimOf(text, ' ') === text.trim()),
  );
});
