import { scanBlock } from './block-scalar.ts';
import {
  atDocumentMarker,
  Cursor,
  endOfFile,
  isBlank,
  isBreak,
  isGap,
  type Mark,
  syntaxError,
} from './cursor.ts';
import { scanName, skipTag } from './properties.ts';
import { scanPlain, scanQuoted } from './scalars.ts';
import { type Indent, type PossibleKey, settle, type Token, type TokenKind } from './token.ts';

/** Keys may be this long, counted up to their colon. */
const maxKeyLength = 1024;

/**
 * Turns YAML text into tokens, on demand: how far it has read decides which of two errors is seen first.
 * It accepts what yaml-cpp accepts (which differs from the YAML standard in flow collections that leave their
 * indentation, in tabs and in comments), since that is what rule files are written against.
 */
export class Scanner {
  readonly #cursor: Cursor;
  readonly #indents: Indent[] = [{ column: -1, kind: 'root', state: 'sure' }];
  readonly #keys: PossibleKey[] = [];
  readonly #flows: ('seq' | 'map')[] = [];
  #tokens: Token[] = [];
  #head = 0;
  #ended = false;
  #keyAllowed = true;
  #scalarAllowed = true;
  /** A quoted scalar or flow collection has just ended: in a flow, a colon may follow it without a blank. */
  #afterJson = false;

  constructor(text: string) {
    this.#cursor = new Cursor(text);
  }

  /** The next token, or null at the end. */
  peek(): Token | null {
    for (;;) {
      const token = this.#tokens[this.#head];
      if (token === undefined) {
        this.#tokens = [];
        this.#head = 0;
      } else if (token.state === 'void') {
        this.#head++;
        continue;
      } else if (token.state === 'sure' || this.#ended) {
        // The end of the text leaves a last word without a colon a key.
        return token;
      }
      if (this.#ended) {
        return null;
      }
      this.#scan();
    }
  }

  /** Takes the token that `peek` gave. */
  pop(): void {
    this.#head++;
  }

  /** How far the text has been read. */
  get mark(): Mark {
    return this.#ended ? endOfFile : this.#cursor.pos;
  }

  #scan(): void {
    const cursor = this.#cursor;
    this.#skipGap();
    this.#popIndentsTo(cursor.column);
    if (cursor.atEnd) {
      this.#end();
    } else if (cursor.column === 0 && (cursor.code() === 0x25 || atDocumentMarker(cursor))) {
      this.#scanDocumentToken();
    } else if (!this.#scanIndicator()) {
      this.#scanScalar();
    }
  }

  #skipGap(): void {
    const cursor = this.#cursor;
    for (;;) {
      while (isBlank(cursor.code())) {
        if (cursor.code() === 9 && this.#inBlock) {
          this.#keyAllowed = false;
        }
        cursor.pos++;
      }
      if (cursor.code() === 0x23) {
        cursor.skipLine();
      }
      if (!isBreak(cursor.code())) {
        return;
      }
      cursor.eatBreak();
      this.#dropKey();
      this.#scalarAllowed = true;
      if (this.#inBlock) {
        this.#keyAllowed = true;
      }
    }
  }

  get #inBlock(): boolean {
    return this.#flows.length === 0;
  }

  #end(): void {
    this.#ended = true;
    this.#popAllIndents();
    this.#keys.length = 0;
    this.#keyAllowed = false;
    this.#scalarAllowed = false;
  }

  #scanDocumentToken(): void {
    const cursor = this.#cursor;
    this.#popAllIndents();
    this.#keys.length = 0;
    this.#keyAllowed = false;
    this.#afterJson = false;
    const at = cursor.pos;
    const marker = cursor.code();
    if (marker === 0x25) {
      cursor.skipLine();
      this.#push('directive', at, cursor.text.slice(at, cursor.pos));
      return;
    }
    cursor.pos += 3;
    this.#push(marker === 0x2d ? 'document-start' : 'document-end', at);
  }

  /** Scans a token that is no scalar; false when there is none. */
  #scanIndicator(): boolean {
    const cursor = this.#cursor;
    const next = cursor.code(1);
    switch (cursor.text.charAt(cursor.pos)) {
      case '[':
      case '{':
        this.#scanFlowStart();
        return true;
      case ']':
      case '}':
        this.#scanFlowEnd();
        return true;
      case ',':
        this.#scanFlowEntry();
        return true;
      case '-':
        return isGap(next) && this.#scanBlockEntry();
      case '?':
        return isBlankOrBreak(next) && this.#scanKey();
      case ':':
        return this.#colonEndsKey(next) && this.#scanValue();
      case '*':
      case '&':
        this.#scanAnchor();
        return true;
      case '!':
        this.#scanTag();
        return true;
      default:
        return false;
    }
  }

  #colonEndsKey(next: number): boolean {
    if (this.#inBlock) {
      return isGap(next);
    }
    return this.#afterJson || isBlankOrBreak(next) || next === 0x2c || next === 0x5d || next === 0x7d;
  }

  #scanFlowStart(): void {
    this.#expectKey();
    this.#keyAllowed = true;
    this.#afterJson = false;
    const at = this.#cursor.pos++;
    const flow = this.#cursor.text.charAt(at) === '[' ? 'seq' : 'map';
    this.#flows.push(flow);
    this.#push(`flow-${flow}-start`, at);
  }

  #scanFlowEnd(): void {
    if (this.#inBlock) {
      throw syntaxError('illegal flow end', this.#cursor.pos);
    }
    this.#endFlowItem();
    this.#keyAllowed = false;
    this.#afterJson = true;
    const at = this.#cursor.pos++;
    const flow = this.#cursor.text.charAt(at) === ']' ? 'seq' : 'map';
    if (this.#flows.pop() !== flow) {
      throw syntaxError('illegal flow end', at);
    }
    this.#push(`flow-${flow}-end`, at);
  }

  #scanFlowEntry(): void {
    const cursor = this.#cursor;
    if (cursor.column === 0) {
      throw syntaxError('plain value cannot start with flow indicator character', cursor.pos);
    }
    if (!this.#scalarAllowed) {
      throw syntaxError('unexpected scalar', cursor.pos);
    }
    this.#endFlowItem();
    this.#keyAllowed = true;
    this.#afterJson = false;
    this.#push('flow-entry', cursor.pos++);
  }

  /** In a flow map an item without a colon is a key with an empty value. */
  #endFlowItem(): void {
    if (this.#flows.at(-1) === 'map') {
      if (this.#confirmKey()) {
        this.#push('value', this.#cursor.pos);
      }
    } else if (!this.#inBlock) {
      this.#dropKey();
    }
  }

  #scanBlockEntry(): true {
    if (!this.#inBlock || !this.#keyAllowed) {
      throw syntaxError('illegal block entry', this.#cursor.pos);
    }
    this.#pushIndent('seq');
    this.#keyAllowed = true;
    this.#afterJson = false;
    this.#push('block-entry', this.#cursor.pos++);
    return true;
  }

  #scanKey(): true {
    if (this.#inBlock) {
      if (!this.#keyAllowed) {
        throw syntaxError('illegal map key', this.#cursor.pos);
      }
      this.#pushIndent('map');
    }
    this.#keyAllowed = this.#inBlock;
    this.#push('key', this.#cursor.pos++);
    return true;
  }

  #scanValue(): true {
    const confirmed = this.#confirmKey();
    this.#afterJson = false;
    if (!confirmed && this.#inBlock) {
      if (!this.#keyAllowed) {
        throw syntaxError('illegal map value', this.#cursor.pos);
      }
      this.#pushIndent('map');
    }
    this.#keyAllowed = !confirmed && this.#inBlock;
    this.#scalarAllowed = true;
    this.#push('value', this.#cursor.pos++);
    return true;
  }

  #scanAnchor(): void {
    const cursor = this.#cursor;
    this.#expectKey();
    this.#keyAllowed = false;
    this.#afterJson = false;
    const at = cursor.pos;
    const kind = cursor.text.charAt(at) === '*' ? 'alias' : 'anchor';
    this.#push(kind, at, scanName(cursor, kind));
  }

  /** Tags are read over; they only keep an empty scalar from being null. */
  #scanTag(): void {
    const cursor = this.#cursor;
    this.#expectKey();
    this.#keyAllowed = false;
    this.#afterJson = false;
    const at = cursor.pos;
    skipTag(cursor);
    this.#push('tag', at);
  }

  #scanScalar(): void {
    const cursor = this.#cursor;
    const first = cursor.text.charAt(cursor.pos);
    const at = cursor.pos;
    if (this.#inBlock && (first === '|' || first === '>')) {
      const value = scanBlock(cursor, this.#topIndent);
      this.#keyAllowed = true;
      this.#afterJson = false;
      this.#push('block', at, value);
      return;
    }
    if (!this.#scalarAllowed) {
      throw syntaxError('unexpected scalar', at);
    }
    if (first === '"' || first === "'") {
      this.#expectKey();
      const value = scanQuoted(cursor);
      this.#keyAllowed = false;
      this.#scalarAllowed = !this.#inBlock;
      this.#afterJson = true;
      this.#push('quoted', at, value);
      return;
    }
    if (!this.#startsPlain(first, cursor.code(1))) {
      throw syntaxError('unknown token', at);
    }
    const indent = this.#inBlock ? this.#topIndent + 1 : 0;
    this.#expectKey();
    const { value, end, newLine } = scanPlain(cursor, indent, !this.#inBlock);
    this.#keyAllowed = newLine;
    this.#afterJson = false;
    this.#push('plain', at, value).end = end;
  }

  #startsPlain(first: string, next: number): boolean {
    if (first === '-' || first === ':') {
      return this.#inBlock ? !isGap(next) : !(isBlank(next) || Number.isNaN(next));
    }
    if (first === '?') {
      return this.#inBlock && !isGap(next);
    }
    return !',[]{}#&*!|>\'"%@`'.includes(first);
  }

  get #topIndent(): number {
    return this.#indents.at(-1)?.column ?? 0;
  }

  #push(kind: TokenKind, at: Mark, text = ''): Token {
    const token: Token = { kind, at, end: this.#cursor.pos, text, state: 'sure' };
    this.#tokens.push(token);
    return token;
  }

  /** Opens a block collection at the cursor's column when it stands deeper than the one around it. */
  #pushIndent(kind: 'seq' | 'map'): { indent: Indent; token: Token } | null {
    const last = this.#indents.at(-1);
    const column = this.#cursor.column;
    if (!this.#inBlock || last === undefined || column < last.column) {
      return null;
    }
    // A sequence may stand at the column of the map whose value it is.
    if (column === last.column && !(kind === 'seq' && last.kind === 'map')) {
      return null;
    }
    const indent: Indent = { column, kind, state: 'sure' };
    this.#indents.push(indent);
    return { indent, token: this.#push(`block-${kind}-start`, this.#cursor.pos) };
  }

  #popIndentsTo(column: number): void {
    if (!this.#inBlock) {
      return;
    }
    for (let top = this.#indents.at(-1); top !== undefined; top = this.#indents.at(-1)) {
      const endsSequence =
        top.kind === 'seq' && !(this.#cursor.code() === 0x2d && isGap(this.#cursor.code(1)));
      if (top.column < column || (top.column === column && !endsSequence)) {
        break;
      }
      this.#popIndent();
    }
    while (this.#indents.at(-1)?.state === 'void') {
      this.#popIndent();
    }
  }

  #popAllIndents(): void {
    while (this.#inBlock && (this.#indents.at(-1)?.kind ?? 'root') !== 'root') {
      this.#popIndent();
    }
  }

  #popIndent(): void {
    const indent = this.#indents.pop();
    if (indent?.state !== 'sure') {
      this.#dropKey();
    } else if (indent.kind !== 'root') {
      this.#push(`block-${indent.kind}-end`, this.mark);
    }
  }

  /** Notes that what starts at the cursor may turn out to be a key; there is one candidate for each flow depth. */
  #expectKey(): void {
    if (!this.#keyAllowed || this.#keys.at(-1)?.flowDepth === this.#flows.length) {
      return;
    }
    const opened = this.#pushIndent('map');
    const key = this.#push('key', this.#cursor.pos);
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

  #dropKey(): void {
    const key = this.#keys.at(-1);
    if (key?.flowDepth === this.#flows.length) {
      this.#keys.pop();
      settle(key, 'void');
    }
  }

  /** Called at a colon: true when a key stands before it on the same line. */
  #confirmKey(): boolean {
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

function isBlankOrBreak(code: number): boolean {
  return isBlank(code) || isBreak(code);
}
