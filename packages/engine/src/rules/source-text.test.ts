import fc from 'fast-check';
import { expect, test } from 'vitest';
import { snippetOf, SourceText } from './source-text.ts';

test('positions count lines and columns from 0, in bytes', () => {
  const source = new SourceText('f', '\xef\xbb\xbfab\ncd\n\ne');
  expect([0, 2, 3, 6, 7, 8].map((at) => source.position(at))).toEqual([
    { line: 0, column: 0, offset: 0 },
    { line: 0, column: 2, offset: 2 },
    { line: 1, column: 0, offset: 3 },
    { line: 2, column: 0, offset: 6 },
    { line: 3, column: 0, offset: 7 },
    { line: 3, column: 1, offset: 8 },
  ]);
});

test('what the end of a file implies stands in column 0', () => {
  expect(new SourceText('f', 'a\nbc').position(-1)).toEqual({ line: 1, column: 0, offset: 4 });
});

test('a file whose first line end is a lone CR counts lines by CR', () => {
  expect(new SourceText('f', 'a\rb\rc').position(4)).toEqual({ line: 2, column: 0, offset: 4 });
});

test('snippets show a line with a marker below', () => {
  expect(snippetOf('one\ntwo\nthree', 5)).toBe('two\n ^\n');
  expect(snippetOf('one\n\n', 5)).toBe('one\n  ^\n');
  expect(snippetOf('', 0)).toBe('<No context available>\n');
});

test('snippets of long lines are cut on both sides', () => {
  const text = 'abcdefghij'.repeat(40);
  const [line = '', marker = ''] = snippetOf(text, 200).split('\n');
  expect(line).toHaveLength(161);
  expect(line.startsWith('...') && line.endsWith('...')).toBe(true);
  expect(marker).toBe(`${' '.repeat(80)}^`);
});

test('any place of any text has a snippet', () => {
  fc.assert(
    fc.property(fc.string(), fc.nat(400), (text, at) => {
      expect(snippetOf(text, at).endsWith('\n')).toBe(true);
    }),
  );
});
