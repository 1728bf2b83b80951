import { isAnyText, type RegexNode, single } from './node.ts';

/** Texts that every match has. */
export interface RequiredTexts {
  readonly prefix: string;
  readonly suffix: string;
  /** The longest text that stands somewhere. */
  readonly inner: string;
}

/** A piece of an expression: literal text, any text without line feeds (`.*`), or something else. */
interface Piece {
  readonly kind: 'text' | 'any' | 'other';
  /** Empty but for literal text. */
  readonly text: string;
}

/** The literal texts around `.*` when the expression has nothing else, as with `.*foo.*bar`; null otherwise. */
export function textsAroundStars(node: RegexNode): string[] | null {
  const texts = [''];
  for (const piece of piecesOf(node)) {
    if (piece.kind === 'other') {
      return null;
    }
    if (piece.kind === 'any') {
      texts.push('');
    } else {
      texts.push((texts.pop() ?? '') + piece.text);
    }
  }
  return texts;
}

/** What a match must contain, to be looked for before matching. */
export function requiredTexts(node: RegexNode): RequiredTexts {
  const pieces = piecesOf(node);
  const texts = pieces.map((piece) => piece.text);
  let inner = '';
  for (const text of texts) {
    inner = text.length > inner.length ? text : inner;
  }
  return { prefix: texts[0] ?? '', suffix: texts.at(-1) ?? '', inner };
}

function piecesOf(node: RegexNode): Piece[] {
  const pieces: Piece[] = [];
  for (const child of node.kind === 'sequence' ? node.children.flatMap(flatten) : [node]) {
    const point = child.kind === 'set' ? single(child.points) : null;
    const last = pieces.at(-1);
    if (point === null) {
      pieces.push({ kind: isAnyText(child) ? 'any' : 'other', text: '' });
    } else if (last?.kind === 'text') {
      pieces[pieces.length - 1] = { kind: 'text', text: last.text + String.fromCodePoint(point) };
    } else {
      pieces.push({ kind: 'text', text: String.fromCodePoint(point) });
    }
  }
  return pieces;
}

function flatten(node: RegexNode): readonly RegexNode[] {
  return node.kind === 'sequence' ? node.children.flatMap(flatten) : [node];
}
