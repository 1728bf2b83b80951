import { AppError } from '@lanner/core';
import classes from './classes.json' with { type: 'json' };
import { type CodePoints, complement, normalize } from './node.ts';
import { readEscape } from './parse-escape.ts';
import type { PatternReader } from './reader.ts';

/** A set in brackets. Throws AppError 'condition.type'. */
export function readClass(reader: PatternReader): CodePoints {
  const start = reader.position;
  reader.read();
  const negated = reader.take('^');
  const ranges: (readonly [number, number])[] = [];
  let isFirst = true;
  while (!reader.atEnd && (reader.next !== ']' || isFirst)) {
    // POSIX has a minus only first, last and between two ends.
    if (reader.next === '-' && !isFirst && reader.second !== ']') {
      throw invalid('invalid character class range', reader.from(reader.position).slice(0, 2));
    }
    isFirst = false;
    ranges.push(...(readNamedClass(reader) ?? [readRange(reader, start)]));
  }
  if (!reader.take(']')) {
    throw invalid('missing ]', reader.from(start));
  }
  const points = normalize(ranges);
  return negated ? complement(points) : points;
}

/** `[:alpha:]`, or `[:^alpha:]` for all others. */
function readNamedClass(reader: PatternReader): CodePoints | null {
  const match = reader.match(/\[:((?:(?!:\])[^])*):\]/y);
  if (match === null) {
    return null;
  }
  const [text, inner = ''] = match;
  const name = inner.replace(/^\^/, '');
  if (!Object.hasOwn(classes, name)) {
    throw invalid('invalid character class range', text);
  }
  // The file holds pairs; JSON's type does not say so.
  const points = (classes as unknown as Readonly<Record<string, CodePoints>>)[name] ?? [];
  return inner.startsWith('^') ? complement(points) : points;
}

function readRange(reader: PatternReader, classStart: number): readonly [number, number] {
  const start = reader.position;
  const low = readCharacter(reader, classStart);
  if (reader.next !== '-' || reader.second === ']' || reader.second === '') {
    return [low, low];
  }
  reader.read();
  const high = readCharacter(reader, classStart);
  if (high < low) {
    throw invalid('invalid character class range', reader.since(start));
  }
  return [low, high];
}

function readCharacter(reader: PatternReader, classStart: number): number {
  if (reader.atEnd) {
    throw invalid('missing ]', reader.from(classStart));
  }
  return reader.next === '\\' ? readEscape(reader) : reader.read();
}

function invalid(problem: string, where: string): AppError {
  return new AppError('condition.type', `invalid regex pattern: ${problem}: ${where}`);
}
