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
