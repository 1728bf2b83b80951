import { Halt } from '../halt.ts';

/** Where a YAML file stops being readable: an offset in bytes, or `endOfFile`. */
export type Mark = number;

/** The mark of tokens that the end of the file implies; it has column 0 even when the last line is not ended. */
export const endOfFile: Mark = -1;

/** Thrown for text that is not YAML; `payload` is the place. */
export function syntaxError(message: string, at: Mark): Halt<Mark> {
  return new Halt(message, at);
}

/** A place in a text of lines, with the column that indentation is measured by. */
export class Cursor {
  readonly text: string;
  pos = 0;
  #lineStart = 0;
  readonly #newline: number;

  constructor(text: string) {
    this.text = text;
    this.#newline = newlineOf(text);
  }

  get column(): number {
    return this.pos - this.#lineStart;
  }

  get atEnd(): boolean {
    return this.pos >= this.text.length;
  }

  /** Code of the character `ahead` of the cursor; NaN beyond the end. */
  code(ahead = 0): number {
    return this.text.charCodeAt(this.pos + ahead);
  }

  /** Moves to the end of the line. */
  skipLine(): void {
    const { text } = this;
    let pos = this.pos;
    while (pos < text.length && !isBreak(text.charCodeAt(pos))) {
      pos++;
    }
    this.pos = pos;
  }

  /** Moves behind the line break that the cursor stands on. */
  eatBreak(): void {
    const first = this.code();
    const pair = first === carriageReturn && this.code(1) === lineFeed;
    this.pos += pair ? 2 : 1;
    // A break of the other kind than the file's first one ends a line of text, yet does not restart its columns.
    if (pair || first === this.#newline) {
      this.#lineStart = this.pos;
    }
  }
}

export const lineFeed = 10;
export const carriageReturn = 13;
const tab = 9;
const space = 32;

/** Code of the character that ends lines in `text`: a file whose first break is a lone CR counts lines by CR. */
export function newlineOf(text: string): number {
  const lf = text.indexOf('\n');
  const cr = text.indexOf('\r');
  return cr >= 0 && (lf < 0 || cr < lf - 1) ? carriageReturn : lineFeed;
}

export function isBlank(code: number): boolean {
  return code === space || code === tab;
}

export function isBreak(code: number): boolean {
  return code === lineFeed || code === carriageReturn;
}

/** Blank, line break or the end of the text. */
export function isGap(code: number): boolean {
  return code === space || code === lineFeed || code === tab || code === carriageReturn || Number.isNaN(code);
}

/** True where a line starts with `---` or `...`. */
export function atDocumentMarker(cursor: Cursor): boolean {
  const { text, pos } = cursor;
  return (
    cursor.column === 0 &&
    (text.startsWith('---', pos) || text.startsWith('...', pos)) &&
    isGap(cursor.code(3))
  );
}
