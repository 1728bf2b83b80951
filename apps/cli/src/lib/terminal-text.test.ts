import fc from 'fast-check';
import { expect, test } from 'vitest';
import { columnsOf, fit, plainText, wrap } from './terminal-text.ts';

test('what a terminal would obey becomes visible', () => {
  expect(plainText('a\u001b[2Jb\rc\u202ed\u2028e')).toBe('a\ufffd[2Jb\ufffdc\ufffdd\ufffde');
  expect(plainText('Grüße, 世界 👋')).toBe('Grüße, 世界 👋');
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => !/\p{Cc}/u.test(plainText(text))));
});

test('wide characters take two columns, marks and colours none', () => {
  expect(columnsOf('世界')).toBe(4);
  expect(columnsOf('e\u0301')).toBe(1);
  expect(columnsOf('\u001b[31mred\u001b[0m')).toBe(3);
});

test('a text is cut to the columns that there are, and its colour ends', () => {
  expect(fit('abcdef', 6)).toBe('abcdef');
  expect(fit('abcdef', 4)).toBe('abc…');
  expect(fit('\u001b[31mabcdef\u001b[0m', 4)).toBe('\u001b[31mabc…\u001b[0m');
  expect(fit('世界世界', 4)).toBe('世…');
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 20 }), (text, columns) => {
      expect(columnsOf(fit(plainText(text), columns))).toBeLessThanOrEqual(columns);
    }),
  );
});

test('lines break between words, and no word is lost', () => {
  expect(wrap('one two three', 7)).toEqual(['one two', 'three']);
  expect(wrap('averylongword x', 5)).toEqual(['averylongword', 'x']);
});
