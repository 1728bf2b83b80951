import { AppError } from '@lanner/core';
import type { Position } from './ast.ts';
import { unquote } from './quote.ts';

/** A place that the scanner can return to. */
export interface Mark {
  readonly offset: number;
  readonly line: number;
  readonly lineStart: number;
  readonly lastToken: string;
}

// Bytes above 127 count as text only where they are UTF-8, as RE2 reads them. Units above 255 are no byte string;
// they are let through so that a caller's mistake shows in the value and not as a syntax error.
const utf8Tail = '[\\x80-\\xbf]';
const multiByte = new RegExp(
  [
    `[\\xc2-\\xdf]${utf8Tail}`,
    `\\xe0[\\xa0-\\xbf]${utf8Tail}`,
    `[\\xe1-\\xef]${utf8Tail}{2}`,
    `\\xf0[\\x90-\\xbf]${utf8Tail}{2}`,
    `[\\xf1-\\xf3]${utf8Tail}{3}`,
    `\\xf4[\\x80-\\x8f]${utf8Tail}{2}`,
    '[\\u0100-\\uffff]',
  ].join('|'),
  'y',
);
const bareText = /[^()"'\t\n\v\f\r =,\x80-\uffff]+/y;
const bareArgument = /[^\]["'\t\n\v\f\r \x80-\uffff]+/y;
const number = /0[xX][0-9a-fA-F]+|[+-]?[0-9]+\.?[0-9]*(?:[eE][+-][0-9]+)?/y;
const notWord = /not[\t\n\v\f\r ]+/y;
const wordStart = /[a-zA-Z]/;

/**
 * Reads tokens of a condition. There is no tokeniser ahead of the parser: what a text is depends on where it stands,
 * and keywords are plain prefixes without a boundary, as in Falco.
 */
export class Scanner {
  readonly text: string;
  /** The token that was read last; messages name it. */
  lastToken = '';
  #offset = 0;
  #line = 1;
  #lineStart = 0;
  #depth = 0;
  readonly #maxDepth: number;

  constructor(text: string, maxDepth: number, start = 0) {
    this.text = text;
    this.#maxDepth = maxDepth;
    this.#offset = start;
  }

  get offset(): number {
    return this.#offset;
  }

  get atEnd(): boolean {
    return this.#offset >= this.text.length;
  }

  position(): Position {
    return { offset: this.#offset, line: this.#line, column: this.#offset - this.#lineStart + 1 };
  }

  mark(): Mark {
    return { offset: this.#offset, line: this.#line, lineStart: this.#lineStart, lastToken: this.lastToken };
  }

  reset(mark: Mark): void {
    this.#offset = mark.offset;
    this.#line = mark.line;
    this.#lineStart = mark.lineStart;
    this.lastToken = mark.lastToken;
  }

  /** Runs one level of the grammar. Levels count as in Falco, so that the same texts are too deep. */
  nested<T>(parse: (scanner: this) => T): T {
    this.#depth++;
    try {
      if (this.#depth >= this.#maxDepth) {
        throw new AppError('condition.syntax', `exceeded max depth limit of ${this.#maxDepth}`);
      }
      return parse(this);
    } finally {
      this.#depth--;
    }
  }

  /** Skips blanks: space, tab, backspace and line ends. True when there was one. */
  blank(): boolean {
    const start = this.#offset;
    let end = start;
    while (isBlank(this.text.charCodeAt(end))) {
      end++;
    }
    this.#advance(end);
    return end > start;
  }

  /** Reads exactly `word`, whatever follows it. */
  literal(word: string): boolean {
    if (!this.text.startsWith(word, this.#offset)) {
      return false;
    }
    this.#take(word.length);
    return true;
  }

  /** Reads one of `words`; a word that ends with a space needs a blank after it, which is read too. */
  oneOf(words: readonly string[]): boolean {
    for (const word of words) {
      if (!word.endsWith(' ')) {
        if (this.literal(word)) {
          return true;
        }
        continue;
      }
      const before = this.mark();
      if (this.literal(word.slice(0, -1))) {
        if (this.blank()) {
          return true;
        }
        this.reset(before);
      }
    }
    return false;
  }

  /** `not` and the blanks after it. */
  notWord(): boolean {
    return this.#pattern(notWord);
  }

  number(): boolean {
    return this.#pattern(number);
  }

  bareText(): boolean {
    return this.#bare(bareText);
  }

  bareArgument(): boolean {
    return this.#bare(bareArgument);
  }

  identifier(): boolean {
    const end = this.#wordEnd(this.#offset);
    return this.#takeTo(end);
  }

  /** Words joined by dots, at least two. */
  fieldName(): boolean {
    let end = this.#wordEnd(this.#offset);
    const first = end;
    while (end > this.#offset && this.text[end] === '.') {
      const next = this.#wordEnd(end + 1);
      if (next === end + 1) {
        break;
      }
      end = next;
    }
    return end > first && this.#takeTo(end);
  }

  /**
   * Text between quotes; `lastToken` is what it stands for.
   * It ends at the first delimiter that does not directly follow a backslash, whatever stands before that backslash.
   */
  quoted(): boolean {
    const start = this.#offset;
    const delimiter = this.text[start];
    if (delimiter !== '"' && delimiter !== "'") {
      return false;
    }
    let end = start + 1;
    while (end < this.text.length && this.text[end] !== '\0') {
      if (this.text[end] === delimiter && this.text[end - 1] !== '\\') {
        this.#takeTo(end + 1);
        this.lastToken = unquote(this.lastToken);
        return true;
      }
      end++;
    }
    this.lastToken = this.text.slice(start, end);
    return false;
  }

  #wordEnd(start: number): number {
    if (!wordStart.test(this.text[start] ?? '')) {
      return start;
    }
    let end = start + 1;
    while (isWord(this.text.charCodeAt(end))) {
      end++;
    }
    return end;
  }

  /** `run` matches a run of ASCII characters. Not one pattern for all: V8 runs out of stack on long repeated groups. */
  #bare(run: RegExp): boolean {
    let end = this.#offset;
    for (;;) {
      end = matchEnd(run, this.text, end);
      const next = matchEnd(multiByte, this.text, end);
      if (next === end) {
        return this.#takeTo(end);
      }
      end = next;
    }
  }

  #pattern(pattern: RegExp): boolean {
    return this.#takeTo(matchEnd(pattern, this.text, this.#offset));
  }

  #take(length: number): void {
    this.#takeTo(this.#offset + length);
  }

  #takeTo(end: number): boolean {
    if (end === this.#offset) {
      return false;
    }
    this.lastToken = this.text.slice(this.#offset, end);
    this.#advance(end);
    return true;
  }

  #advance(end: number): void {
    for (let i = this.#offset; i < end; i++) {
      const char = this.text.charCodeAt(i);
      if (char === 10 || char === 13) {
        this.#line++;
        this.#lineStart = i + 1;
      }
    }
    this.#offset = end;
  }
}

/** Where a sticky pattern's match at `start` ends; `start` when there is none. */
function matchEnd(pattern: RegExp, text: string, start: number): number {
  pattern.lastIndex = start;
  return pattern.test(text) ? pattern.lastIndex : start;
}

function isBlank(char: number): boolean {
  // \b \t \n \r and space
  return char === 32 || char === 10 || char === 9 || char === 13 || char === 8;
}

function isWord(char: number): boolean {
  return (
    (char >= 97 && char <= 122) || (char >= 65 && char <= 90) || (char >= 48 && char <= 57) || char === 95
  );
}
