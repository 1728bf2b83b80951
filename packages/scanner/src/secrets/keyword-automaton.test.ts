import fc from 'fast-check';
import { expect, test } from 'vitest';
import { KeywordAutomaton } from './keyword-automaton.ts';

function placesOf(keywords: readonly string[], text: Uint8Array): string[] {
  const found: string[] = [];
  new KeywordAutomaton(keywords).scan(text, (keyword, end) => found.push(`${keyword}@${end}`));
  return found.sort();
}

test('finds keywords within each other, in any case', () => {
  expect(placesOf(['he', 'SHE', 'hers'], Buffer.from('usHers'))).toEqual(['0@4', '1@4', '2@6']);
});

test('finds in a long text what it finds in its parts, in order', () => {
  const word = fc.constantFrom('he', 'she', 'hers', 'us', 'x'.repeat(7), '-', 'u', 's');
  fc.assert(
    fc.property(fc.array(word, { minLength: 60, maxLength: 300 }), (parts) => {
      const text = Buffer.from(parts.join(''));
      const keywords = ['he', 'she', 'hers'];
      const found: [number, number][] = [];
      new KeywordAutomaton(keywords).scan(text, (keyword, end) => found.push([keyword, end]));
      const ends = found.map(([, end]) => end);
      expect(ends).toEqual([...ends].sort((a, b) => a - b));
      const expected = keywords.flatMap((keyword, i) =>
        Array.from({ length: text.length }, (_, at) => at)
          .filter((at) => text.toString().startsWith(keyword, at))
          .map((at) => `${i}@${at + keyword.length}`),
      );
      expect(found.map(([keyword, end]) => `${keyword}@${end}`).sort()).toEqual(expected.sort());
    }),
  );
});

test('finds what a search for each keyword finds', () => {
  const word = fc.string({ unit: fc.constantFrom('a', 'B', 'b', '-', 'é'), minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(
      fc.uniqueArray(word, { maxLength: 8 }),
      fc.array(word, { maxLength: 20 }),
      (keywords, parts) => {
        const text = Buffer.from(parts.join(''));
        const plain = text.toString('latin1').toLowerCase();
        const expected = keywords.flatMap((keyword, i) => {
          const searched = Buffer.from(keyword).toString('latin1').toLowerCase();
          return Array.from({ length: plain.length }, (_, at) => at)
            .filter((at) => plain.startsWith(searched, at))
            .map((at) => `${i}@${at + searched.length}`);
        });
        // Latin-1 text is lowered beyond ASCII; é as UTF-8 has a byte that is Ã, which would become ã.
        const withoutAccents = keywords.every((keyword) => !keyword.includes('é'));
        fc.pre(withoutAccents);
        expect(placesOf(keywords, text)).toEqual(expected.sort());
      },
    ),
  );
});

test('finds the same in long texts, wherever it begins, as in short ones', () => {
  const keywords = ['key', 'sk', 'password', 'a-much-longer-keyword'];
  const automaton = new KeywordAutomaton(keywords);
  const short = (text: Uint8Array, at: number): string[] =>
    keywords.flatMap((keyword, i) => {
      const start = at - keyword.length;
      const isThere =
        start >= 0 && Buffer.from(text.subarray(start, at)).toString('latin1').toLowerCase() === keyword;
      return isThere ? [`${i}@${at}`] : [];
    });
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 200_000 }),
      fc.array(fc.tuple(fc.constantFrom(...keywords), fc.double({ min: 0, max: 1, noNaN: true })), {
        maxLength: 40,
      }),
      (length, places) => {
        const text = Buffer.alloc(length, 'xSk-ay\xff', 'latin1');
        for (const [keyword, share] of places) {
          text.write(keyword.toUpperCase(), Math.floor(share * length), 'latin1');
        }
        const found: string[] = [];
        automaton.scan(text, (keyword, end) => found.push(`${keyword}@${end}`));
        const expected = Array.from({ length: length + 1 }, (_, at) => short(text, at)).flat();
        expect(found).toEqual(expected);
      },
    ),
    { numRuns: 8 },
  );
});

test('more keywords than the fast form has room for are found, too', () => {
  const keywords = Array.from({ length: 4000 }, (_, i) => `key ${(i * 2_654_435_761) % 2 ** 32}`);
  const text = Buffer.from(keywords.join(' ').repeat(2));
  const found = placesOf(keywords, text);
  expect(found.length).toBeGreaterThanOrEqual(8000);
});

test('a text in which every byte ends a keyword is told of in order', () => {
  const text = Buffer.alloc(70_000, 'a');
  const ends: number[] = [];
  new KeywordAutomaton(['a']).scan(text, (_keyword, end) => ends.push(end));
  expect(ends).toEqual(Array.from(text, (_byte, i) => i + 1));
});
