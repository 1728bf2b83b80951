import { isAscii } from 'node:buffer';
import { foldText, type TextTerm, termTest } from '../text-query.ts';
import type { BlockTexts } from './block.ts';

/** Of rows of a block, in order, those in whose texts all of some terms occur. */
export type TextLook = (texts: BlockTexts, rows: readonly number[]) => readonly number[];

/** Texts that are looked at in one piece: larger ones would be made outside of where V8 makes what lives shortly. */
const pieceBytes = 32 * 1024;
/** Texts in between that are not asked for are cheaper to look at than another piece. */
const gapBytes = 1024;

export function textLook(terms: readonly TextTerm[]): TextLook {
  const looks = terms.map(lookFor);
  return (texts, rows) => {
    let left = rows;
    for (const look of looks) {
      left = look(texts, left);
    }
    return left;
  };
}

function lookFor(term: TextTerm): TextLook {
  const occurs = termTest(term);
  const look = ({ bytes, starts }: BlockTexts, row: number): boolean =>
    occurs(foldText(bytes.toString('utf8', starts[row], starts[row + 1])));
  if (!isAscii(Buffer.from(term.text))) {
    return (texts, rows) => rows.filter((row) => look(texts, row));
  }
  const plainly = plainTest(term);
  return (texts, rows) => {
    const found: number[] = [];
    for (const piece of piecesOf(texts, rows)) {
      lookInPiece(piece, term.text, plainly, (row) => look(texts, row), found);
    }
    return found;
  };
}

/** Rows whose texts lie close together, and the bytes from the first to the last of them. */
interface Piece {
  readonly rows: readonly number[];
  /** As latin1, in lower case. */
  readonly text: string;
  /** Where a row begins in the text; it ends where the next one begins. */
  readonly startOf: (row: number) => number;
}

function* piecesOf({ bytes, starts }: BlockTexts, rows: readonly number[]): Generator<Piece> {
  const startOf = (index: number): number => starts[rows[index] as number] as number;
  const endOf = (index: number): number => starts[(rows[index] as number) + 1] as number;
  for (let first = 0, next = 0; first < rows.length; first = next) {
    const start = startOf(first);
    next++;
    while (
      next < rows.length &&
      startOf(next) - endOf(next - 1) <= gapBytes &&
      endOf(next) - start <= pieceBytes
    ) {
      next++;
    }
    yield {
      rows: rows.slice(first, next),
      text: bytes.toString('latin1', start, endOf(next - 1)).toLowerCase(),
      startOf: (row) => (starts[row] as number) - start,
    };
  }
}

/**
 * What becomes ASCII when it is folded, as bytes of UTF-8 in lower case: the sign of kelvin, the Turkish I with a dot, the
 * Greek question mark and the Greek grave accent.
 */
const becomesAscii = ['â\u0084ª', 'ä°', 'í¾', 'á¿¯'];

/** Most texts and terms are ASCII, or have a term where all around it is: only the others need the rules of Unicode. */
function lookInPiece(
  { rows, text, startOf }: Piece,
  term: string,
  plainly: PlainTest,
  look: (row: number) => boolean,
  found: number[],
): void {
  const isUnusual = becomesAscii.some((bytes) => text.includes(bytes));
  let hit = text.indexOf(term);
  for (const row of rows) {
    const [start, end] = [startOf(row), startOf(row + 1)];
    let occurs: boolean | null = isUnusual ? null : false;
    if (hit !== -1 && hit < start) {
      hit = text.indexOf(term, start);
    }
    while (hit !== -1 && hit + term.length <= end) {
      const is = plainly(text, hit, start, end);
      if (is !== false) {
        occurs = is;
        break;
      }
      hit = text.indexOf(term, hit + 1);
    }
    if (occurs ?? look(row)) {
      found.push(row);
    }
  }
}

/** What `termTest` tells of texts that are folded, mostly without the rules of Unicode. */
export function foldedTest(term: TextTerm): (folded: string) => boolean {
  const occurs = termTest(term);
  if (!isAscii(Buffer.from(term.text))) {
    return occurs;
  }
  const plainly = plainTest(term);
  return (folded) => {
    for (let at = folded.indexOf(term.text); at !== -1; at = folded.indexOf(term.text, at + 1)) {
      const is = plainly(folded, at, 0, folded.length);
      if (is !== false) {
        return is ?? occurs(folded);
      }
    }
    return false;
  };
}

/** Whether what stands at a place is the term as whole words; null when that takes the rules of Unicode. */
type PlainTest = (text: string, at: number, start: number, end: number) => boolean | null;

function plainTest({ text: term, prefix, within }: TextTerm): PlainTest {
  const { length } = term;
  const wordBefore = !within && isWordCode(term.charCodeAt(0));
  const wordAfter = !prefix && isWordCode(term.charCodeAt(length - 1));
  return (text, at, start, end) => {
    const before = wordBefore && at > start ? text.charCodeAt(at - 1) : 0;
    // An accent may follow that makes another letter of the last one.
    const after = at + length < end ? text.charCodeAt(at + length) : 0;
    if (before > 127 || after > 127) {
      return null;
    }
    return !isWordCode(before) && !(wordAfter && isWordCode(after));
  };
}

function isWordCode(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 48 && code <= 57);
}
