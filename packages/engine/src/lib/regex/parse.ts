import { AppError } from '@lanner/core';
import { readClass } from './parse-class.ts';
import { emptyNode, notLineFeed, type RegexNode } from './node.ts';
import { readEscape } from './parse-escape.ts';
import { PatternReader } from './reader.ts';

const maxRepeat = 1000;
/** Nodes that repetitions may unfold to; RE2 stops at a similar size. */
const maxSize = 20_000;

/**
 * Parses what RE2 accepts in POSIX mode: no `(?…)`, no `\d`, no `*?`; `^` and `$` hold at every line, `.` is any
 * character but a line feed, sets may contain line feeds. Throws AppError 'condition.type' with RE2's wording.
 */
export function parseRegex(pattern: string): RegexNode {
  const reader = new PatternReader(pattern);
  const node = parseChoice(reader);
  if (!reader.atEnd) {
    throw invalid('unexpected )', pattern);
  }
  if (sizeOf(node) > maxSize) {
    throw invalid('pattern too large - compile failed');
  }
  return node;
}

function parseChoice(reader: PatternReader): RegexNode {
  const choices = [parseSequence(reader)];
  while (reader.take('|')) {
    choices.push(parseSequence(reader));
  }
  const [first = emptyNode] = choices;
  return choices.length === 1 ? first : { kind: 'choice', children: choices };
}

function parseSequence(reader: PatternReader): RegexNode {
  const children: RegexNode[] = [];
  while (!reader.atEnd && reader.next !== '|' && reader.next !== ')') {
    const operator = readRepetition(reader);
    if (operator === null) {
      children.push(parseAtom(reader));
      continue;
    }
    const last = children.pop();
    if (last === undefined) {
      throw invalid('no argument for repetition operator', operator.text);
    }
    children.push(repeat(last, operator));
  }
  const [first = emptyNode] = children;
  return children.length === 1 ? first : { kind: 'sequence', children };
}

interface Repetition {
  readonly min: number;
  readonly max: number;
  readonly text: string;
}

function readRepetition(reader: PatternReader): Repetition | null {
  const start = reader.position;
  if (reader.take('*')) {
    return { min: 0, max: Infinity, text: '*' };
  }
  if (reader.take('+')) {
    return { min: 1, max: Infinity, text: '+' };
  }
  if (reader.take('?')) {
    return { min: 0, max: 1, text: '?' };
  }
  const counts = reader.match(/\{(0|[1-9]\d*)(?:(,)(0|[1-9]\d*)?)?\}/y);
  if (counts === null) {
    return null;
  }
  const min = Number(counts[1]);
  const max = counts[3] !== undefined ? Number(counts[3]) : counts[2] === undefined ? min : Infinity;
  const text = reader.since(start);
  if (max < min || min > maxRepeat || (max > maxRepeat && max !== Infinity)) {
    throw invalid('invalid repetition size', text);
  }
  return { min, max, text };
}

function repeat(child: RegexNode, { min, max, text }: Repetition): RegexNode {
  const node: RegexNode = { kind: 'repeat', child, min, max };
  // RE2 limits what nested counts come to, not only each of them.
  if (text.startsWith('{') && nestedCount(node) > maxRepeat) {
    throw invalid('invalid repetition size', text);
  }
  return node;
}

function nestedCount(node: RegexNode): number {
  switch (node.kind) {
    case 'sequence':
    case 'choice':
      return Math.max(1, ...node.children.map(nestedCount));
    case 'repeat':
      return countOf(node) * nestedCount(node.child);
    default:
      return 1;
  }
}

function countOf({ min, max }: { readonly min: number; readonly max: number }): number {
  return Math.max(1, max === Infinity ? min : max);
}

function sizeOf(node: RegexNode): number {
  switch (node.kind) {
    case 'sequence':
    case 'choice': {
      let size = 1;
      for (const child of node.children) {
        size += sizeOf(child);
      }
      return size;
    }
    case 'repeat':
      return countOf(node) * sizeOf(node.child);
    default:
      return 1;
  }
}

function parseAtom(reader: PatternReader): RegexNode {
  const start = reader.position;
  switch (reader.next) {
    case '(': {
      reader.read();
      const node = parseChoice(reader);
      if (!reader.take(')')) {
        throw invalid('missing )', reader.from(start));
      }
      return node;
    }
    case '^':
      reader.read();
      return { kind: 'lineStart' };
    case '$':
      reader.read();
      return { kind: 'lineEnd' };
    case '.':
      reader.read();
      return { kind: 'set', points: notLineFeed };
    case '[':
      return { kind: 'set', points: readClass(reader) };
    case '\\':
      return character(readEscape(reader));
    default:
      return character(reader.read());
  }
}

function character(point: number): RegexNode {
  return { kind: 'set', points: [[point, point]] };
}

function invalid(problem: string, where?: string): AppError {
  const detail = where === undefined ? '' : `: ${where}`;
  return new AppError('condition.type', `invalid regex pattern: ${problem}${detail}`);
}
