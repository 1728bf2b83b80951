import type { CodeLine } from '../model/index.ts';
import type { Span } from './pattern.ts';

const contextLines = 2;
const longestLine = 100;
const beforeSecret = 30;
const afterSecret = 20;
const lineFeed = 10;
const carriageReturn = 13;

export interface Location {
  /** Line feeds before the secret, and before its end. */
  readonly startLine: number;
  readonly endLine: number;
  readonly match: string;
  readonly code: readonly CodeLine[];
}

/** Where a secret is in a text, and what is around it. `firstLine` is the number of the line that the text begins in. */
export function locate(text: Buffer, secret: Span, firstLine: number): Location {
  const lineStart = startOfLine(text, secret.start);
  const lineEnd = endOfLine(text, secret.start);
  const isLong = lineEnd - lineStart > longestLine;
  const match = shown(
    text,
    isLong ? Math.max(lineStart, secret.start - beforeSecret) : lineStart,
    isLong ? Math.min(lineEnd, secret.end + afterSecret) : lineEnd,
  );
  const startLine = firstLine + countLines(text, 0, secret.start);
  const endLine = startLine + countLines(text, secret.start, secret.end);
  return { startLine, endLine, match, code: codeAround(text, { lineStart, match, startLine, endLine }) };
}

/** Replaces all but the ends of lines by asterisks. */
export function censor(text: Uint8Array, { start, end }: Span): void {
  for (let i = start; i < end; i++) {
    if (text[i] !== lineFeed && text[i] !== carriageReturn) {
      text[i] = 42;
    }
  }
}

export function countLines(text: Buffer, start: number, end: number): number {
  let count = 0;
  for (let at = text.indexOf(lineFeed, start); at >= 0 && at < end; at = text.indexOf(lineFeed, at + 1)) {
    count++;
  }
  return count;
}

interface Place {
  readonly lineStart: number;
  readonly match: string;
  readonly startLine: number;
  readonly endLine: number;
}

/** Two lines before and one after: the second one after is the end of the range. */
function codeAround(text: Buffer, { lineStart, match, startLine, endLine }: Place): CodeLine[] {
  let start = lineStart;
  let number = startLine;
  for (let i = 0; i < contextLines && start > 0; i++) {
    start = startOfLine(text, start - 1);
    number--;
  }
  const lines: CodeLine[] = [];
  while (start <= text.length && number < endLine + contextLines) {
    const end = endOfLine(text, start);
    const isCause = number >= startLine && number <= endLine;
    const isLong = end - start > longestLine;
    const content = isLong && isCause ? match : shown(text, start, isLong ? start + longestLine : end);
    lines.push({
      number: number + 1,
      content,
      isCause,
      annotation: '',
      truncated: false,
      highlighted: content,
      firstCause: number === startLine,
      lastCause: number === endLine,
    });
    start = end + 1;
    number++;
  }
  return lines;
}

function startOfLine(text: Buffer, at: number): number {
  return at === 0 ? 0 : text.lastIndexOf(lineFeed, at - 1) + 1;
}

function endOfLine(text: Buffer, at: number): number {
  const end = text.indexOf(lineFeed, at);
  return end < 0 ? text.length : end;
}

/** A run of bytes that are no UTF-8 is shown as one mark. */
function shown(text: Buffer, start: number, end: number): string {
  return text
    .toString('utf8', start, end)
    .replaceAll('\r', '')
    .replaceAll(/\ufffd+/g, '\ufffd');
}
