import { type Cursor, isBlank, isBreak, syntaxError } from './cursor.ts';

const tabCode = 9;
const spaceCode = 32;

type Chomp = 'clip' | 'keep' | 'strip';

interface BlockState {
  readonly folded: boolean;
  readonly chomp: Chomp;
  /** Column at which the text starts; grows with the first lines while `detect`. */
  indent: number;
  readonly detect: boolean;
  value: string;
  /** A line with text has been seen. */
  started: boolean;
  /** The break behind the header has been passed; it is not part of the text. */
  pastHeader: boolean;
  emptyLine: boolean;
  /** The current line starts with blanks beyond the indentation; folding stops around such lines. */
  deeper: boolean;
  pendingBreaks: number;
  breaksAfterDeeper: boolean;
}

/** Reads a literal (`|`) or folded (`>`) scalar below a parent at column `parentIndent` (-1 at the top). */
export function scanBlock(cursor: Cursor, parentIndent: number): string {
  const state = scanHeader(cursor, parentIndent);
  for (;;) {
    const from = cursor.pos;
    cursor.skipLine();
    if (cursor.pos > from) {
      state.started = true;
      state.pastHeader = true;
      state.value += cursor.text.slice(from, cursor.pos);
    }
    if (cursor.atEnd) {
      break;
    }
    cursor.eatBreak();
    skipIndent(cursor, state);
    addBreak(cursor, state);
    if (!state.emptyLine && cursor.column < state.indent) {
      break;
    }
  }
  return chompEnd(state.value, state.chomp);
}

function scanHeader(cursor: Cursor, parentIndent: number): BlockState {
  const folded = cursor.text.charAt(cursor.pos) === '>';
  cursor.pos++;
  const header = /^(?:[+-]\d|\d[+-]|[+-]|\d)?/.exec(cursor.text.slice(cursor.pos, cursor.pos + 2))?.[0] ?? '';
  const digit = /\d/.exec(header)?.[0];
  if (digit === '0') {
    throw syntaxError('cannot set zero indentation for a block scalar', cursor.pos + header.indexOf('0') + 1);
  }
  cursor.pos += header.length;
  while (isBlank(cursor.code())) {
    cursor.pos++;
  }
  if (cursor.text.charAt(cursor.pos) === '#') {
    cursor.skipLine();
  }
  if (!cursor.atEnd && !isBreak(cursor.code())) {
    throw syntaxError('unexpected character in block scalar', cursor.pos);
  }
  return {
    folded,
    chomp: chompOf(header),
    indent: (digit === undefined ? 1 : Number(digit)) + Math.max(0, parentIndent),
    detect: digit === undefined,
    value: '',
    started: false,
    pastHeader: false,
    emptyLine: false,
    deeper: false,
    pendingBreaks: 0,
    breaksAfterDeeper: false,
  };
}

function chompOf(header: string): Chomp {
  if (header.includes('+')) {
    return 'keep';
  }
  return header.includes('-') ? 'strip' : 'clip';
}

function skipIndent(cursor: Cursor, state: BlockState): void {
  const detecting = state.detect && !state.started;
  while (cursor.code() === spaceCode && (cursor.column < state.indent || detecting)) {
    cursor.pos++;
  }
  if (detecting) {
    state.indent = Math.max(state.indent, cursor.column);
  }
  if (cursor.code() === tabCode && cursor.column < state.indent) {
    throw syntaxError('illegal tab when looking for indentation', cursor.pos);
  }
}

/** Adds what the break before the cursor's line means. */
function addBreak(cursor: Cursor, state: BlockState): void {
  const nextEmpty = isBreak(cursor.code());
  const nextDeeper = isBlank(cursor.code());
  if (state.pendingBreaks === 0 && nextEmpty) {
    state.breaksAfterDeeper = state.deeper;
  }
  if (state.pastHeader) {
    if (state.folded) {
      foldBreak(state, nextEmpty, nextDeeper, cursor.column >= state.indent);
    } else {
      state.value += '\n';
    }
  }
  state.emptyLine = nextEmpty;
  state.deeper = nextDeeper;
  state.pastHeader = true;
}

function foldBreak(state: BlockState, nextEmpty: boolean, nextDeeper: boolean, inside: boolean): void {
  if (!state.emptyLine && !nextEmpty && !state.deeper && !nextDeeper && inside) {
    state.value += ' ';
  } else if (nextEmpty) {
    state.pendingBreaks++;
  } else {
    state.value += '\n';
  }
  if (!nextEmpty && state.pendingBreaks > 0) {
    const extra = state.breaksAfterDeeper || nextDeeper || !state.started ? 1 : 0;
    state.value += '\n'.repeat(state.pendingBreaks - 1 + extra);
    state.pendingBreaks = 0;
  }
}

function chompEnd(value: string, chomp: Chomp): string {
  if (chomp === 'keep') {
    return value;
  }
  let end = value.length;
  while (end > 0 && value.charAt(end - 1) === '\n') {
    end--;
  }
  return chomp === 'strip' || end === 0 ? value.slice(0, end) : value.slice(0, end + 1);
}
