import { type Cursor, isGap, type Mark } from './cursor.ts';
import { type Indent, type PossibleKey, settle, type Token, type TokenKind } from './token.ts';

/** Keys may be this long, counted up to their colon. */
const maxKeyLength = 1024;

/**
 * The tokens read so far and what is open around the cursor: blocks by their column, flow collections, and places
 * that may turn out to be keys once their colon is seen.
 */
export class Nesting {
  readonly #cursor: Cursor;
  readonly #indents: Indent[] = [{ column: -1, kind: 'root', state: 'sure' }];
  readonly #keys: PossibleKey[] = [];
  readonly #flows: ('seq' | 'map')[] = [];
  #tokens: Token[] = [];
  #head = 0;

  constructor(cursor: Cursor) {
    this.#cursor = cursor;
  }

  /** The first token that is one, or may become one; undefined when more must be read. */
  first(): Token | undefined {
    while (this.#tokens[this.#head]?.state === 'void') {
      this.#head++;
    }
    const token = this.#tokens[this.#head];
    if (token === undefined) {
      this.#tokens = [];
      this.#head = 0;
    }
    return token;
  }

  /** Takes the token that `first` gave. */
  pop(): void {
    this.#head++;
  }

  /** Adds a token that starts at `at` and ends at the cursor. */
  push(kind: TokenKind, at: Mark, text = ''): Token {
    const token: Token = { kind, at, end: this.#cursor.pos, text, state: 'sure' };
    this.#tokens.push(token);
    return token;
  }

  /** No flow collection is open. */
  get inBlock(): boolean {
    return this.#flows.length === 0;
  }

  /** The innermost flow collection. */
  get flow(): 'seq' | 'map' | undefined {
    return this.#flows.at(-1);
  }

  openFlow(flow: 'seq' | 'map'): void {
    this.#flows.push(flow);
  }

  /** Ends the innermost flow collection; gives its kind. */
  closeFlow(): 'seq' | 'map' | undefined {
    return this.#flows.pop();
  }

  /** The column of the innermost block. */
  get indent(): number {
    return this.#indents.at(-1)?.column ?? 0;
  }

  /** Opens a block collection at the cursor's column when it stands deeper than the one around it. */
  openBlock(kind: 'seq' | 'map'): { indent: Indent; token: Token } | null {
    const last = this.#indents.at(-1);
    const column = this.#cursor.column;
    if (!this.inBlock || last === undefined || column < last.column) {
      return null;
    }
    // A sequence may stand at the column of the map whose value it is.
    if (column === last.column && !(kind === 'seq' && last.kind === 'map')) {
      return null;
    }
    const indent: Indent = { column, kind, state: 'sure' };
    this.#indents.push(indent);
    return { indent, token: this.push(`block-${kind}-start`, this.#cursor.pos) };
  }

  /** Closes the blocks that do not reach a token at this column. */
  closeBlocksTo(column: number): void {
    if (!this.inBlock) {
      return;
    }
    for (let top = this.#indents.at(-1); top !== undefined; top = this.#indents.at(-1)) {
      const endsSequence =
        top.kind === 'seq' && !(this.#cursor.code() === 0x2d && isGap(this.#cursor.code(1)));
      if (top.column < column || (top.column === column && !endsSequence)) {
        break;
      }
      this.#closeBlock(this.#cursor.pos);
    }
    while (this.#indents.at(-1)?.state === 'void') {
      this.#closeBlock(this.#cursor.pos);
    }
  }

  /** Closes all blocks at `at`, and gives up what might have become a key. */
  endDocument(at: Mark): void {
    while (this.inBlock && (this.#indents.at(-1)?.kind ?? 'root') !== 'root') {
      this.#closeBlock(at);
    }
    this.#keys.length = 0;
  }

  #closeBlock(at: Mark): void {
    const indent = this.#indents.pop();
    if (indent?.state !== 'sure') {
      this.dropKey();
    } else if (indent.kind !== 'root') {
      this.push(`block-${indent.kind}-end`, at);
    }
  }

  /** Notes that what starts at the cursor may turn out to be a key; there is one candidate for each flow depth. */
  expectKey(): void {
    if (this.#keys.at(-1)?.flowDepth === this.#flows.length) {
      return;
    }
    const opened = this.openBlock('map');
    const key = this.push('key', this.#cursor.pos);
    const tokens = opened === null ? [key] : [opened.token, key];
    for (const token of tokens) {
      token.state = 'open';
    }
    if (opened !== null) {
      opened.indent.state = 'open';
    }
    this.#keys.push({
      at: this.#cursor.pos,
      flowDepth: this.#flows.length,
      indent: opened?.indent ?? null,
      tokens,
    });
  }

  /** At the end of a line: what might have become a key on it is none. */
  dropKey(): void {
    const key = this.#keys.at(-1);
    if (key?.flowDepth === this.#flows.length) {
      this.#keys.pop();
      settle(key, 'void');
    }
  }

  /** Called at a colon: true when a key stands before it on the same line. */
  confirmKey(): boolean {
    const key = this.#keys.at(-1);
    if (key?.flowDepth !== this.#flows.length) {
      return false;
    }
    this.#keys.pop();
    const { text, pos } = this.#cursor;
    const valid = pos - key.at <= maxKeyLength && !/[\n\r]/.test(text.slice(key.at, pos));
    settle(key, valid ? 'sure' : 'void');
    return valid;
  }
}
