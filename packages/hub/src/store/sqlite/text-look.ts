import { isAscii } from 'node:buffer';
import { foldText, type TextTerm, termTest } from '../text-query.ts';
import type { BlockTexts } from './block.ts';

/** Tells of a row of a block whether all of some terms occur in its texts. */
export type TextLook = (texts: BlockTexts, row: number) => boolean;

/** Looks for terms in texts. Most texts are ASCII, and only the others need the rules of Unicode. */
export function textLook(terms: readonly TextTerm[]): TextLook {
  const tests = terms.map(termTest);
  // A folded text that is ASCII has no part that is not.
  const canBePlain = terms.every(({ text }) => isAscii(Buffer.from(text)));
  return ({ bytes, starts }, row) => {
    const [start = 0, end = 0] = [starts[row], starts[row + 1]];
    if (isAscii(bytes.subarray(start, end))) {
      const text = canBePlain ? bytes.toString('latin1', start, end).toLowerCase() : '';
      return canBePlain && terms.every((term) => occursPlainly(text, term));
    }
    const folded = foldText(bytes.toString('utf8', start, end));
    return tests.every((occurs) => occurs(folded));
  };
}

/** What `termTest` tells, for texts that are ASCII. */
function occursPlainly(text: string, { text: term, prefix }: TextTerm): boolean {
  const wordBefore = isWordCode(term.charCodeAt(0));
  const wordAfter = !prefix && isWordCode(term.charCodeAt(term.length - 1));
  for (let at = text.indexOf(term); at !== -1; at = text.indexOf(term, at + 1)) {
    const before = wordBefore && at > 0 && isWordCode(text.charCodeAt(at - 1));
    const after = wordAfter && isWordCode(text.charCodeAt(at + term.length));
    if (!before && !after) {
      return true;
    }
  }
  return false;
}

/** False also for what is beyond the end: no number. */
function isWordCode(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 48 && code <= 57);
}
