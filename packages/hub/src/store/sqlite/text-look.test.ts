import fc from 'fast-check';
import { expect, test } from 'vitest';
import { foldText, parseText, termTest } from '../text-query.ts';
import { decodeTexts, encodeBlock } from './block.ts';
import { textLook } from './text-look.ts';

const pieces = fc.constantFrom(
  'a',
  'B',
  'etc',
  '/',
  'shadow',
  '.',
  ' ',
  '-',
  '1',
  'é',
  'É',
  'ß',
  'ς',
  '鍵',
  'K',
  '\u0000',
);
const texts = fc.array(pieces, { maxLength: 12 }).map((parts) => parts.join(''));

test('what a text has is found in a block as in the text alone', () => {
  fc.assert(
    fc.property(
      fc.array(texts, { minLength: 1, maxLength: 8 }),
      texts,
      fc.boolean(),
      (rows, wanted, prefix) => {
        const terms = parseText(prefix ? `${wanted.replaceAll(' ', '')}*` : `"${wanted}"`);
        fc.pre(terms.length > 0);
        const block = decodeTexts(encodeBlock(rows.map((text) => ({ texts: text, rest: '{}' }))));
        const look = textLook(terms);
        const plain = rows.map((text) => terms.every((term) => termTest(term)(foldText(text))));
        expect(rows.map((_, row) => look(block, row))).toEqual(plain);
      },
    ),
    { seed: 1, numRuns: 2000 },
  );
});
