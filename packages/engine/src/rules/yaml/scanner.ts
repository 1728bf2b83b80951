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
import { Nesting } from './nesting.ts';
import { scanName, skipTag } from './properties.ts';
import { scanPlain, scanQuoted } from './scalars.ts';
import type { Token } from './token.ts';

/**
 * Turns YAML text into tokens, on demand: how far it has read decides which of two errors is seen first.
 * It accepts what yaml-cpp accepts (which differs from the YAML standard in flow collections that leave their
 * indentation, in tabs and in comments), since that is what rule files are written against.
 */
export class Scanner {
  readonly #cursor: Cursor;
  readonly #nesting: Nesting;
  #ended = false;
  #keyAllowed = true;
  #scalarAllowed = true;
  /** A quoted scalar or flow collection has just ended: in a flow, a colon may follow it without a blank. */
  #afterJson = false;

  constructor(text: string) {
    this.#cursor = new Cursor(text);
    this.#nesting = new Nesting(this.#cursor);
  }

  /** The next token, or null at the end. */
  peek(): Token | null {
    for (;;) {
      const token = this.#nesting.first();
      // The end of the text leaves a last word without a colon a key.
      if (token !== undefined && (token.state === 'sure' || this.#ended)) {
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
    this.#nesting.pop();
  }

  /** How far the text has been read. */
  get mark(): Mark {
    return this.#ended ? endOfFile : this.#cursor.pos;
  }

  #scan(): void {
    const cursor = this.#cursor;
    this.#skipGap();
    this.#nesting.closeBlocksTo(cursor.column);
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
        if (cursor.code() === 9 && this.#nesting.inBlock) {
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
      this.#nesting.dropKey();
      this.#scalarAllowed = true;
      if (this.#nesting.inBlock) {
        this.#keyAllowed = true;
      }
    }
  }

  #end(): void {
    this.#ended = true;
    this.#nesting.endDocument(endOfFile);
    this.#keyAllowed = false;
    this.#scalarAllowed = false;
  }

  #scanDocumentToken(): void {
    const cursor = this.#cursor;
    this.#nesting.endDocument(cursor.pos);
    this.#keyAllowed = false;
    this.#afterJson = false;
    const at = cursor.pos;
    const marker = cursor.code();
    if (marker === 0x25) {
      cursor.skipLine();
      this.#nesting.push('directive', at, cursor.text.slice(at, cursor.pos));
      return;
    }
    cursor.pos += 3;
    this.#nesting.push(marker === 0x2d ? 'document-start' : 'document-end', at);
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
    if (this.#nesting.inBlock) {
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
    this.#nesting.openFlow(flow);
    this.#nesting.push(`flow-${flow}-start`, at);
  }

  #scanFlowEnd(): void {
    if (this.#nesting.inBlock) {
      throw syntaxError('illegal flow end', this.#cursor.pos);
    }
    this.#endFlowItem();
    this.#keyAllowed = false;
    this.#afterJson = true;
    const at = this.#cursor.pos++;
    const flow = this.#cursor.text.charAt(at) === ']' ? 'seq' : 'map';
    if (this.#nesting.closeFlow() !== flow) {
      throw syntaxError('illegal flow end', at);
    }
    this.#nesting.push(`flow-${flow}-end`, at);
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
    this.#nesting.push('flow-entry', cursor.pos++);
  }

  /** In a flow map an item without a colon is a key with an empty value. */
  #endFlowItem(): void {
    if (this.#nesting.flow === 'map') {
      if (this.#nesting.confirmKey()) {
        this.#nesting.push('value', this.#cursor.pos);
      }
    } else if (!this.#nesting.inBlock) {
      this.#nesting.dropKey();
    }
  }

  #scanBlockEntry(): true {
    if (!this.#nesting.inBlock || !this.#keyAllowed) {
      throw syntaxError('illegal block entry', this.#cursor.pos);
    }
    this.#nesting.openBlock('seq');
    this.#keyAllowed = true;
    this.#afterJson = false;
    this.#nesting.push('block-entry', this.#cursor.pos++);
    return true;
  }

  #scanKey(): true {
    if (this.#nesting.inBlock) {
      if (!this.#keyAllowed) {
        throw syntaxError('illegal map key', this.#cursor.pos);
      }
      this.#nesting.openBlock('map');
    }
    this.#keyAllowed = this.#nesting.inBlock;
    this.#nesting.push('key', this.#cursor.pos++);
    return true;
  }

  #scanValue(): true {
    const confirmed = this.#nesting.confirmKey();
    this.#afterJson = false;
    if (!confirmed && this.#nesting.inBlock) {
      if (!this.#keyAllowed) {
        throw syntaxError('illegal map value', this.#cursor.pos);
      }
      this.#nesting.openBlock('map');
    }
    this.#keyAllowed = !confirmed && this.#nesting.inBlock;
    this.#scalarAllowed = true;
    this.#nesting.push('value', this.#cursor.pos++);
    return true;
  }

  #scanAnchor(): void {
    const cursor = this.#cursor;
    this.#expectKey();
    this.#keyAllowed = false;
    this.#afterJson = false;
    const at = cursor.pos;
    const kind = cursor.text.charAt(at) === '*' ? 'alias' : 'anchor';
    this.#nesting.push(kind, at, scanName(cursor, kind));
  }

  /** Tags are read over; they only keep an empty scalar from being null. */
  #scanTag(): void {
    const cursor = this.#cursor;
    this.#expectKey();
    this.#keyAllowed = false;
    this.#afterJson = false;
    const at = cursor.pos;
    skipTag(cursor);
    this.#nesting.push('tag', at);
  }

  #scanScalar(): void {
    const cursor = this.#cursor;
    const first = cursor.text.charAt(cursor.pos);
    const at = cursor.pos;
    if (this.#nesting.inBlock && (first === '|' || first === '>')) {
      const value = scanBlock(cursor, this.#nesting.indent);
      this.#keyAllowed = true;
      this.#afterJson = false;
      this.#nesting.push('block', at, value);
      return;
    }
    if (!this.#scalarAllowed) {
      throw syntaxError('unexpected scalar', at);
    }
    if (first === '"' || first === "'") {
      this.#expectKey();
      const value = scanQuoted(cursor);
      this.#keyAllowed = false;
      this.#scalarAllowed = !this.#nesting.inBlock;
      this.#afterJson = true;
      this.#nesting.push('quoted', at, value);
      return;
    }
    if (!this.#startsPlain(first, cursor.code(1))) {
      throw syntaxError('unknown token', at);
    }
    const indent = this.#nesting.inBlock ? this.#nesting.indent + 1 : 0;
    this.#expectKey();
    const { value, end, newLine } = scanPlain(cursor, indent, !this.#nesting.inBlock);
    this.#keyAllowed = newLine;
    this.#afterJson = false;
    this.#nesting.push('plain', at, value).end = end;
  }

  #startsPlain(first: string, next: number): boolean {
    if (first === '-' || first === ':') {
      return this.#nesting.inBlock ? !isGap(next) : !(isBlank(next) || Number.isNaN(next));
    }
    if (first === '?') {
      return this.#nesting.inBlock && !isGap(next);
    }
    return !',[]{}#&*!|>\'"%@`'.includes(first);
  }

  /** What starts at the cursor may turn out to be a key. */
  #expectKey(): void {
    if (this.#keyAllowed) {
      this.#nesting.expectKey();
    }
  }
}

function isBlankOrBreak(code: number): boolean {
  return isBlank(code) || isBreak(code);
}
