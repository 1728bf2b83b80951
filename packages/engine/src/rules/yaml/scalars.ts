import { toByteString } from '../bytes.ts';
import {
  atDocumentMarker,
  carriageReturn,
  type Cursor,
  isBlank,
  isBreak,
  isGap,
  lineFeed,
  syntaxError,
} from './cursor.ts';

const hash = 0x23;
const colon = 0x3a;
const backslash = 0x5c;
const singleQuote = 0x27;
const doubleQuote = 0x22;
const tabCode = 9;
const spaceCode = 32;

/** A scalar without quotes. */
export interface PlainScalar {
  readonly value: string;
  /** Offset behind its last character. */
  readonly end: number;
  /** It ended at the start of a less indented line. */
  readonly newLine: boolean;
}

/** Reads a scalar without quotes. Continuation lines must stand at column `indent` or deeper. */
export function scanPlain(cursor: Cursor, indent: number, inFlow: boolean): PlainScalar {
  let value = '';
  let end = cursor.pos;
  let emptyLine = false;
  let newLine = false;
  while (!cursor.atEnd && !atDocumentMarker(cursor)) {
    const from = cursor.pos;
    const ended = skipPlainLine(cursor, inFlow);
    const line = trimBlanks(cursor.text.slice(from, cursor.pos));
    value += line;
    end = line === '' ? end : from + line.length;
    if (ended) {
      break;
    }
    cursor.eatBreak();
    skipPlainIndent(cursor, indent, inFlow);
    const nextEmpty = isBreak(cursor.code());
    value += fold(nextEmpty, emptyLine);
    emptyLine = nextEmpty;
    if (!emptyLine && cursor.column < indent) {
      newLine = true;
      break;
    }
  }
  return { value: trimBlanks(value).replace(/\n+$/, ''), end, newLine };
}

/** Moves to where the line or the scalar ends; true when it is the scalar. */
function skipPlainLine(cursor: Cursor, inFlow: boolean): boolean {
  const { text } = cursor;
  let pos = cursor.pos;
  while (pos < text.length) {
    const code = text.charCodeAt(pos);
    // Most characters are letters, which need no closer look outside of flows.
    if ((code <= colon || inFlow) && (isBreak(code) || endsPlain(text, pos, inFlow))) {
      break;
    }
    pos++;
  }
  cursor.pos = pos;
  return pos >= text.length || endsPlain(text, pos, inFlow);
}

function endsPlain(text: string, pos: number, inFlow: boolean): boolean {
  const code = text.charCodeAt(pos);
  if (code === colon) {
    const next = text.charCodeAt(pos + 1);
    return isGap(next) || (inFlow && (next === 0x2c || next === 0x5d || next === 0x7d));
  }
  if (isBlank(code) || isBreak(code)) {
    const pair = code === carriageReturn && text.charCodeAt(pos + 1) === lineFeed;
    return text.charCodeAt(pos + (pair ? 2 : 1)) === hash;
  }
  return inFlow && isFlowIndicator(code);
}

/** One of `, ? [ ] { }`. */
function isFlowIndicator(code: number): boolean {
  return code === 0x2c || code === 0x3f || code === 0x5b || code === 0x5d || code === 0x7b || code === 0x7d;
}

function skipPlainIndent(cursor: Cursor, indent: number, inFlow: boolean): void {
  while (
    cursor.code() === spaceCode &&
    cursor.column < indent &&
    !endsPlain(cursor.text, cursor.pos, inFlow)
  ) {
    cursor.pos++;
  }
  while (isBlank(cursor.code())) {
    if (cursor.code() === tabCode && cursor.column < indent) {
      throw syntaxError('illegal tab when looking for indentation', cursor.pos);
    }
    if (endsPlain(cursor.text, cursor.pos, inFlow)) {
      return;
    }
    cursor.pos++;
  }
}

/** What a line break inside a flow scalar means: empty lines stay, a single break is a space. */
function fold(nextEmpty: boolean, emptyLine: boolean): string {
  if (nextEmpty) {
    return '\n';
  }
  return emptyLine ? '' : ' ';
}

function trimBlanks(text: string): string {
  let end = text.length;
  while (end > 0 && isBlank(text.charCodeAt(end - 1))) {
    end--;
  }
  return end === text.length ? text : text.slice(0, end);
}

/** Reads a scalar in quotes; the cursor stands on the opening one. */
export function scanQuoted(cursor: Cursor): string {
  const quote = cursor.code();
  cursor.pos++;
  const state: QuotedState = { value: '', keep: 0, escapedAt: -1, ended: false };
  let emptyLine = false;
  for (;;) {
    state.keep = state.value.length;
    const continued = scanQuotedLine(cursor, quote, state);
    if (state.ended) {
      return clipQuoted(state);
    }
    state.value = state.value.slice(0, state.keep);
    cursor.eatBreak();
    while (isBlank(cursor.code())) {
      cursor.pos++;
    }
    const nextEmpty = isBreak(cursor.code());
    state.value += nextEmpty || !continued ? fold(nextEmpty, emptyLine) : '';
    emptyLine = nextEmpty;
  }
}

interface QuotedState {
  value: string;
  /** Length of `value` up to its last character that is no blank of this line, or was escaped. */
  keep: number;
  /** Length of `value` at the last escape; line breaks before it are kept at the end. */
  escapedAt: number;
  ended: boolean;
}

/** Reads up to the end of the line or of the scalar; true when a backslash stands before the line's end. */
function scanQuotedLine(cursor: Cursor, quote: number, state: QuotedState): boolean {
  for (;;) {
    scanQuotedRun(cursor, quote, state);
    const code = cursor.code();
    if (cursor.atEnd) {
      throw syntaxError('illegal EOF in scalar', cursor.pos);
    }
    if (isBreak(code)) {
      return false;
    }
    if (code === quote && !(quote === singleQuote && cursor.code(1) === quote)) {
      cursor.pos++;
      state.ended = true;
      return false;
    }
    if (isMarkerChar(code)) {
      scanMarkerChar(cursor, state);
    } else if (scanEscape(cursor, state)) {
      return true;
    }
  }
}

/** Takes the characters up to the next one that could mean something. */
function scanQuotedRun(cursor: Cursor, quote: number, state: QuotedState): void {
  const from = cursor.pos;
  while (!stopsQuoted(cursor.code(), quote)) {
    cursor.pos++;
  }
  if (cursor.pos > from) {
    const run = cursor.text.slice(from, cursor.pos);
    const solid = trimBlanks(run).length;
    state.keep = solid > 0 ? state.value.length + solid : state.keep;
    state.value += run;
  }
}

/** Takes an escape or a doubled single quote; true when what is escaped is the line break. */
function scanEscape(cursor: Cursor, state: QuotedState): boolean {
  const escaped = cursor.code() === backslash;
  const breaksLine = escaped && isBreak(cursor.code(1));
  if (breaksLine) {
    cursor.pos++;
  } else if (escaped) {
    state.value += unescape(cursor);
  } else {
    state.value += "'";
    cursor.pos += 2;
  }
  state.keep = state.value.length;
  state.escapedAt = state.value.length;
  return breaksLine;
}

function stopsQuoted(code: number, quote: number): boolean {
  return (
    code === quote ||
    (code === backslash && quote === doubleQuote) ||
    isMarkerChar(code) ||
    isBreak(code) ||
    Number.isNaN(code)
  );
}

/** `-` or `.`: could start a document marker when it is first in its line. */
function isMarkerChar(code: number): boolean {
  return code === 0x2d || code === 0x2e;
}

function scanMarkerChar(cursor: Cursor, state: QuotedState): void {
  if (atDocumentMarker(cursor)) {
    throw syntaxError('illegal document indicator in scalar', cursor.pos);
  }
  state.value += cursor.text.charAt(cursor.pos);
  state.keep = state.value.length;
  cursor.pos++;
}

const escapes: ReadonlyMap<string, string> = new Map([
  ['0', '\0'],
  ['a', '\x07'],
  ['b', '\b'],
  ['t', '\t'],
  ['\t', '\t'],
  ['n', '\n'],
  ['v', '\v'],
  ['f', '\f'],
  ['r', '\r'],
  ['e', '\x1b'],
  [' ', ' '],
  ['"', '"'],
  ["'", "'"],
  ['\\', '\\'],
  ['/', '/'],
  ['N', '\xc2\x85'],
  ['_', '\xc2\xa0'],
  ['L', '\xe2\x80\xa8'],
  ['P', '\xe2\x80\xa9'],
]);
const hexLengths: ReadonlyMap<string, number> = new Map([
  ['x', 2],
  ['u', 4],
  ['U', 8],
]);

function unescape(cursor: Cursor): string {
  const name = cursor.text.charAt(cursor.pos + 1);
  cursor.pos += 2;
  const length = hexLengths.get(name);
  if (length === undefined) {
    const value = escapes.get(name);
    if (value === undefined) {
      throw syntaxError(`unknown escape character: ${name}`, Math.min(cursor.pos, cursor.text.length));
    }
    return value;
  }
  const digits = cursor.text.slice(cursor.pos, cursor.pos + length);
  cursor.pos += digits.length;
  if (digits.length < length || !/^[\da-fA-F]+$/.test(digits)) {
    throw syntaxError('bad character found while scanning hex number', cursor.pos);
  }
  const point = Number.parseInt(digits, 16);
  if ((point >= 0xd800 && point <= 0xdfff) || point > 0x10ffff) {
    throw syntaxError(`invalid unicode: ${point}`, cursor.pos);
  }
  return toByteString(String.fromCodePoint(point));
}

/** At most one line break stays at the end, save those before the last escape. */
function clipQuoted({ value, escapedAt }: QuotedState): string {
  let last = value.length - 1;
  while (last >= 0 && value.charAt(last) === '\n') {
    last--;
  }
  last = Math.max(last, escapedAt);
  return last + 1 < value.length ? value.slice(0, last < 0 ? 0 : last + 2) : value;
}
