import fc from 'fast-check';
import { expect, test } from 'vitest';
import { foldText, parseContained, parseText, termTest } from '../text-query.ts';
import { decodeTexts, encodeBlock } from './block.ts';
import { foldedTest, textLook } from './text-look.ts';

/** Signs that become ASCII, accents that join with the letter before, and what has bytes that look like them. */
const odd = ['\u212a', '\u0130', '\u037e', '\u1fef', '\u0301', '\u4c00', 'â', 'ª', '°'];
const usual = fc.constantFrom(
  ...['a', 'B', 'k', 'i', ';', '`', 'etc', '/', 'shadow', '.', ' ', '-', '1'],
  ...['é', 'É', 'ß', 'ς', '鍵', 'K', '\u0000'],
  ...odd,
);
/** Texts of more than one piece, and gaps between those that are asked for. */
const long = fc.constant('long '.repeat(300));
const pieces = fc.oneof({ weight: 60, arbitrary: usual }, { weight: 1, arbitrary: long });
const texts = fc.array(pieces, { maxLength: 12 }).map((parts) => parts.join(''));
const rows = fc.array(texts, { minLength: 1, maxLength: 12 });
const terms = fc
  .tuple(texts, fc.constantFrom('phrase', 'prefix', 'contains'))
  .map(([wanted, kind]) => {
    const text = kind === 'prefix' ? `${wanted.replaceAll(' ', '')}*` : `"${wanted}"`;
    return kind === 'contains' ? parseContained(wanted) : parseText(text);
  })
  .filter(({ length }) => length > 0);

test('what a text has is found in a block as in the text alone', () => {
  fc.assert(
    fc.property(rows, terms, fc.integer({ min: 0 }), (all, wanted, some) => {
      const block = decodeTexts(encodeBlock(all.map((text) => ({ texts: text, rest: '{}' }))));
      const asked = [...all.keys()].filter((row) => ((some >> row) & 1) === 0);
      const plain = asked.filter((row) =>
        wanted.every((term) => termTest(term)(foldText(all[row] as string))),
      );
      expect(textLook(wanted)(block, asked)).toEqual(plain);
    }),
    { seed: 1, numRuns: 1500 },
  );
});

test('what a folded text has is found as by the plain test', () => {
  fc.assert(
    fc.property(texts, terms, (text, [term]) => {
      const folded = foldText(text);
      expect(foldedTest(term!)(folded)).toBe(termTest(term!)(folded));
    }),
    { seed: 2, numRuns: 1500 },
  );
});

test('a whole block of long texts is found in pieces', () => {
  const all = Array.from(
    { length: 256 },
    (_, row) => `${'filler '.repeat(100)}${row % 3 === 0 ? 'Needle' : 'needles'} end`,
  );
  const block = decodeTexts(encodeBlock(all.map((text) => ({ texts: text, rest: '{}' }))));
  const every = [...all.keys()];
  expect(textLook(parseText('"needle end"'))(block, every)).toEqual(every.filter((row) => row % 3 === 0));
  expect(textLook(parseText('needle*'))(block, every)).toEqual(every);
});

test('only four signs become ASCII when they are folded', () => {
  const found: string[] = [];
  for (let code = 128; code < 0x11_0000; code++) {
    const text = String.fromCodePoint(code);
    if (/[\0-\u007f]/.test(foldText(text))) {
      found.push(code.toString(16));
    }
  }
  expect(found).toEqual(['130', '37e', '1fef', '212a']);
});
