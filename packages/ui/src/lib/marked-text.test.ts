import { expect, test } from 'vitest';
import { markedPieces } from './marked-text.ts';

function marked(text: string, parts: readonly string[]): string {
  return markedPieces(text, parts)
    .map((piece) => (piece.isMarked ? `[${piece.text}]` : piece.text))
    .join('');
}

test('parts of a condition are marked wherever they stand as a whole', () => {
  expect(marked('evt.type = open and (fd.num = 10 or fd.num = 1)', ['fd.num = 1', 'evt.type = open'])).toBe(
    '[evt.type = open] and (fd.num = 10 or [fd.num = 1])',
  );
  expect(marked('fd.name startswith /etc/a', ['fd.name startswith /etc'])).toBe('fd.name startswith /etc/a');
  expect(marked('a = 1 and a = 1 and b = 2', ['a = 1', 'a = 1 and b = 2'])).toBe(
    '[a = 1] and [a = 1 and b = 2]',
  );
  expect(marked('(x) in (y)', ['(x) in (y)', ''])).toBe('[(x) in (y)]');
  expect(marked('', ['a'])).toBe('');
  expect(marked('a', [])).toBe('a');
});
