import { AppError } from '@lanner/core';

const namedEscapes: Readonly<Record<string, string>> = {
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  '/': '/',
  '\\': '\\',
  // Falco reads an escaped blank as a backslash, because rules with that mistake exist; here any blank, so that
  // breaking a condition into lines elsewhere does not change whether it is accepted.
  ' ': '\\',
  '\t': '\\',
  '\n': '\\',
  '\r': '\\',
};

const escapes: Readonly<Record<string, string>> = {
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\\': '\\\\',
  '"': '\\"',
  '\0': '\\x00',
};

/** Text between double quotes, with escapes. The condition parser reads it back as the same text. */
export function quote(text: string): string {
  // A quote that follows a backslash never ends a string, so a last backslash is written by its number.
  const trailing = text.endsWith('\\');
  const body = trailing ? text.slice(0, -1) : text;
  // eslint-disable-next-line no-control-regex -- these are the characters to escape
  const escaped = body.replace(/[\x00\b\f\n\r\t\\"]/g, (char) => escapes[char] ?? char);
  return `"${escaped}${trailing ? '\\x5c' : ''}"`;
}

/**
 * The text that a quoted string stands for; `raw` includes both delimiters (`'` or `"`).
 * Throws AppError 'condition.syntax' for an escape that does not exist.
 */
export function unquote(raw: string): string {
  const delimiter = raw[0] ?? '';
  const end = raw.length - 1;
  if (!raw.includes('\\')) {
    return raw.slice(1, end);
  }
  let text = '';
  let i = 1;
  while (i < end) {
    const char = raw[i] ?? '';
    i++;
    if (char !== '\\') {
      text += char;
    } else if (i < end) {
      const escape = raw[i] ?? '';
      text += escape === 'x' ? hexEscape(raw, i + 1, end) : simpleEscape(escape, delimiter);
      i += escape === 'x' ? 3 : 1;
    }
  }
  return text;
}

function simpleEscape(escape: string, delimiter: string): string {
  if (escape === '"' || escape === "'") {
    if (escape !== delimiter) {
      throw new AppError('condition.syntax', `invalid \\${escape} escape in ${delimiter}-quoted string`);
    }
    return escape;
  }
  const named = namedEscapes[escape];
  if (named === undefined) {
    throw new AppError('condition.syntax', `unsupported string escape sequence: \\${escape}`);
  }
  return named;
}

function hexEscape(raw: string, start: number, end: number): string {
  if (start + 1 >= end) {
    throw new AppError('condition.syntax', 'truncated hex char escape sequence');
  }
  const digits = raw.slice(start, start + 2);
  if (!/^[0-9a-fA-F]{2}$/.test(digits)) {
    throw new AppError('condition.syntax', `invalid hex char escape sequence: ${digits}`);
  }
  return String.fromCharCode(Number.parseInt(digits, 16));
}
