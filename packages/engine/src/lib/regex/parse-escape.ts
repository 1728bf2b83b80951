import { AppError } from '@lanner/core';
import { maxCodePoint } from './node.ts';
import type { PatternReader } from './reader.ts';

const named: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, a: 7, f: 12, v: 11 };

/** The code point that an escape stands for. Throws AppError 'condition.type' for one that POSIX mode does not have. */
export function readEscape(reader: PatternReader): number {
  const start = reader.position;
  reader.read();
  if (reader.atEnd) {
    throw new AppError('condition.type', 'invalid regex pattern: trailing \\');
  }
  const point = readNumber(reader) ?? readNamed(reader);
  if (point === null || point > maxCodePoint) {
    const written = point === null ? `\\${reader.next}` : reader.since(start);
    throw new AppError('condition.type', `invalid regex pattern: invalid escape sequence: ${written}`);
  }
  return point;
}

function readNumber(reader: PatternReader): number | null {
  const hex = reader.match(/x(?:\{([0-9a-fA-F]+)\}|([0-9a-fA-F]{2}))/y);
  if (hex !== null) {
    return Number.parseInt(hex[1] ?? hex[2] ?? '', 16);
  }
  // One digit alone would be a reference to a group, except zero.
  const octal = reader.match(/0[0-7]{0,2}|[1-7][0-7]{1,2}/y);
  return octal === null ? null : Number.parseInt(octal[0], 8);
}

function readNamed(reader: PatternReader): number | null {
  const char = reader.next;
  const point = Object.hasOwn(named, char) ? named[char] : undefined;
  if (point !== undefined) {
    reader.read();
    return point;
  }
  // Punctuation stands for itself; letters and digits are kept for meanings that they do not have here.
  return /[^A-Za-z0-9_\x80-\u{10ffff}]/u.test(char) ? reader.read() : null;
}
