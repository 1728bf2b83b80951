import fc from 'fast-check';
import { expect, test } from 'vitest';
import { wordsOf } from '../text-query.ts';
import { markContaining, markRows, maxWord, pagesOf, WordIndexBuilder } from './word-index.ts';

const words = fc.oneof(
  fc.constantFrom('a', 'ab', 'abc', 'größe', '鍵', '0', 'x'.repeat(39), 'y'.repeat(40), 'z'.repeat(60)),
  fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'é'), minLength: 1, maxLength: 5 }),
);
const texts = fc.array(
  fc.array(words, { maxLength: 8 }).map((list) => list.join(' ')),
  { minLength: 1, maxLength: 300 },
);

test('rows are found by words, by beginnings and by parts of words', () => {
  fc.assert(
    fc.property(texts, words, (rows, wanted) => {
      const builder = new WordIndexBuilder();
      rows.forEach((text, row) => {
        builder.add(row, text);
      });
      const { firsts, pages } = builder.build(rows.length);
      const whole = new Uint8Array(rows.length);
      const begun = new Uint8Array(rows.length);
      const has = new Uint8Array(rows.length);
      const unsure = new Uint8Array(rows.length);
      const cut = wanted.slice(0, maxWord);
      for (const prefix of [false, true]) {
        const [from, to] = pagesOf(firsts, cut, prefix);
        for (const page of pages.slice(from, to)) {
          markRows(page, cut, prefix, prefix ? begun : whole);
        }
      }
      for (const page of pages) {
        markContaining(page, wanted, has, unsure);
      }
      const some = (test: (word: string) => boolean): number[] =>
        rows.map((text) => (wordsOf(text).some(test) ? 1 : 0));
      expect([...whole]).toEqual(some((word) => word.slice(0, maxWord) === cut));
      expect([...begun]).toEqual(some((word) => word.slice(0, maxWord).startsWith(cut)));
      // What is not cut is certain, and nothing is missed.
      expect([...has]).toEqual(some((word) => word.slice(0, maxWord).includes(wanted)));
      expect(has.map((flag, row) => flag | (unsure[row] as number))).toEqual(
        has.map(
          (flag, row) =>
            flag | (unsure[row] as number) | (some((word) => word.includes(wanted))[row] as number),
        ),
      );
    }),
    { seed: 1, numRuns: 150 },
  );
});
