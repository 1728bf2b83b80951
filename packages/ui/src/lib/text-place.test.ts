import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cutAt, indentAt, lineAt, wordAt } from './text-place.ts';

test('a line is found, also the last one and those beyond', () => {
  const text = 'ab\n\ncd';
  expect([1, 2, 3, 9].map((line) => lineAt(text, line))).toEqual([
    { start: 0, end: 2 },
    { start: 3, end: 3 },
    { start: 4, end: 6 },
    { start: 6, end: 6 },
  ]);
});

test('columns count bytes, and a word is marked whole', () => {
  const text = 'x\ncondition: proc.nam = "größe 🦅" and fd.nme = x';
  const marked = (column: number): string => {
    const { start, end } = wordAt(text, 2, column);
    return text.slice(start, end);
  };
  expect(marked(12)).toBe('proc.nam');
  const before = text.slice(2, text.indexOf('fd.nme'));
  expect(marked(new TextEncoder().encode(before).length + 1)).toBe('fd.nme');
  expect(marked(1000)).toBe('x');
  expect(wordAt('', 1, 1)).toEqual({ start: 0, end: 0 });
});

test('any place of any text is within the text, and cutting it loses nothing', () => {
  fc.assert(
    fc.property(fc.string(), fc.array(fc.tuple(fc.nat(20), fc.nat(20))), (text, places) => {
      const words = places.map(([line, column]) => wordAt(text, line, column));
      for (const { start, end } of words) {
        expect(0 <= start && start <= end && end <= text.length).toBe(true);
      }
      expect(
        cutAt(text, words)
          .map((piece) => piece.text)
          .join(''),
      ).toBe(text);
    }),
  );
});

test('a new line stands below the one before', () => {
  expect(indentAt('- rule: x', 9)).toBe('  ');
  expect(indentAt('a\n    b: c', 10)).toBe('    ');
  expect(indentAt('x', 1)).toBe('');
});
