import { printValue, quote } from '../print.ts';
import type { Value } from '../value.ts';
import { failure, toInteger, toList, toText } from './failure.ts';

const maxRepeat = 1_000_000;

/** Text functions under the names of the Sprig library: the text comes last, so that it can be piped in. */
export const stringFunctions = {
  upper: (text: Value) => toText(text).toUpperCase(),
  lower: (text: Value) => toText(text).toLowerCase(),
  title: (text: Value) =>
    toText(text).replace(
      /(^|[^\p{L}\p{N}_'])(\p{L})/gu,
      (_, before: string, letter: string) => before + letter.toUpperCase(),
    ),
  untitle: (text: Value) =>
    toText(text).replace(/(^|\s)(\S)/g, (_, before: string, letter: string) => before + letter.toLowerCase()),
  trim: (text: Value) => toText(text).trim(),
  trimAll: (set: Value, text: Value) => trimSet(toText(text), toText(set), true, true),
  trimall: (set: Value, text: Value) => trimSet(toText(text), toText(set), true, true),
  trimPrefix: (prefix: Value, text: Value) =>
    toText(text).startsWith(toText(prefix)) ? toText(text).slice(toText(prefix).length) : text,
  trimSuffix: (suffix: Value, text: Value) =>
    toText(suffix) !== '' && toText(text).endsWith(toText(suffix))
      ? toText(text).slice(0, -toText(suffix).length)
      : text,
  repeat(count: Value, text: Value) {
    const times = toInteger(count);
    if (times < 0 || times * toText(text).length > maxRepeat) {
      throw failure(`repeat count ${times} is out of range`);
    }
    return toText(text).repeat(times);
  },
  substr(start: Value, end: Value, text: Value) {
    const [from, to] = [toInteger(start), toInteger(end)];
    return from < 0
      ? toText(text).slice(0, to)
      : to < 0 || to > toText(text).length
        ? toText(text).slice(from)
        : toText(text).slice(from, to);
  },
  nospace: (text: Value) => toText(text).replace(/\s/g, ''),
  trunc: (count: Value, text: Value) =>
    toInteger(count) < 0 ? toText(text).slice(toInteger(count)) : toText(text).slice(0, toInteger(count)),
  abbrev(width: Value, text: Value) {
    const limit = toInteger(width);
    return limit < 4 || toText(text).length <= limit ? text : `${toText(text).slice(0, limit - 3)}...`;
  },
  contains: (part: Value, text: Value) => toText(text).includes(toText(part)),
  hasPrefix: (prefix: Value, text: Value) => toText(text).startsWith(toText(prefix)),
  hasSuffix: (suffix: Value, text: Value) => toText(text).endsWith(toText(suffix)),
  quote: (...values: Value[]) =>
    values
      .filter((value) => value !== null)
      .map((value) => quote(printValue(value)))
      .join(' '),
  squote: (...values: Value[]) =>
    values
      .filter((value) => value !== null)
      .map((value) => `'${printValue(value)}'`)
      .join(' '),
  cat: (...values: Value[]) =>
    values
      .filter((value) => value !== null)
      .map(printValue)
      .join(' '),
  indent: (count: Value, text: Value) => indent(toInteger(count), toText(text)),
  nindent: (count: Value, text: Value) => `\n${indent(toInteger(count), toText(text))}`,
  replace: (from: Value, to: Value, text: Value) => toText(text).replaceAll(toText(from), () => toText(to)),
  plural: (one: Value, many: Value, count: Value) => (toInteger(count) === 1 ? one : many),
  split: (separator: Value, text: Value) =>
    Object.fromEntries(
      toText(text)
        .split(toText(separator))
        .map((part, i) => [`_${i}`, part]),
    ),
  splitList: (separator: Value, text: Value) => toText(text).split(toText(separator)),
  join: (separator: Value, list: Value) =>
    (Array.isArray(list) ? toList(list) : [list]).map(printValue).join(toText(separator)),
  toString: (value: Value) => printValue(value),
  toStrings: (list: Value) => toList(list).map(printValue),
  snakecase: (text: Value) => words(toText(text)).join('_'),
  kebabcase: (text: Value) => words(toText(text)).join('-'),
  camelcase: (text: Value) => words(toText(text)).map(capitalised).join(''),
  initials: (text: Value) =>
    toText(text)
      .split(/\s+/)
      .map((word) => word.charAt(0))
      .join(''),
  swapcase: (text: Value) =>
    Array.from(toText(text))
      .map((letter) => (letter === letter.toUpperCase() ? letter.toLowerCase() : letter.toUpperCase()))
      .join(''),
  wrap: (width: Value, text: Value) => wrapText(toInteger(width), toText(text), '\n'),
  wrapWith: (width: Value, separator: Value, text: Value) =>
    wrapText(toInteger(width), toText(text), toText(separator)),
};

function indent(count: number, text: string): string {
  if (count < 0 || count > 1000) {
    throw failure(`indent ${count} is out of range`);
  }
  const pad = ' '.repeat(count);
  return pad + text.replaceAll('\n', `\n${pad}`);
}

function trimSet(text: string, set: string, atStart: boolean, atEnd: boolean): string {
  let start = 0;
  let end = text.length;
  while (atStart && start < end && set.includes(text.charAt(start))) {
    start++;
  }
  while (atEnd && end > start && set.includes(text.charAt(end - 1))) {
    end--;
  }
  return text.slice(start, end);
}

function words(text: string): string[] {
  return text
    .replace(/(\p{Ll}|\p{N})(\p{Lu})/gu, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
}

function capitalised(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

function wrapText(width: number, text: string, separator: string): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line].join(separator);
}
