import fc from 'fast-check';
import { expect, test } from 'vitest';
import { wordsOf } from '../text-query.ts';
import { inflate } from './inflate.ts';
import { WordIndexBuilder } from './word-index.ts';
import { wordEntries } from './word-page.ts';

test('gives every word with its rows, as they were put in', () => {
  const words = fc.array(fc.constantFrom('ab', 'abc', 'é', 'root', '日本', 'x'.repeat(40)), { maxLength: 4 });
  fc.assert(
    fc.property(fc.array(words, { minLength: 1, maxLength: 300 }), (texts) => {
      const builder = new WordIndexBuilder();
      const expected = new Map<string, number[]>();
      for (const [row, text] of texts.entries()) {
        builder.add(row, text.join(' '));
        for (const word of new Set(wordsOf(text.join(' ')))) {
          expected.set(word, [...(expected.get(word) ?? []), row]);
        }
      }
      const found = builder.build(texts.length).pages.flatMap((page) => [...wordEntries(inflate(page))]);
      expect(new Map(found.map(({ word, rows }) => [word, rows]))).toEqual(expected);
      expect(found).toHaveLength(expected.size);
    }),
  );
});

test('a page that ends too early is told as such, whatever it holds', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 50 }), (bytes) => {
      try {
        return [...wordEntries(Buffer.from(bytes))].length >= 0;
      } catch (error) {
        return (error as Error).message === 'it ends too early';
      }
    }),
  );
  expect(() => [...wordEntries(Buffer.from([3, 97]))]).toThrow('it ends too early');
});
