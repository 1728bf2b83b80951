import { AppError } from '@lanner/core';

const simple: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  "'": "'",
  '"': '"',
};

/** The value of a Go string literal, quoted or raw. */
export function unquote(literal: string): string {
  if (literal.startsWith('`')) {
    return literal.slice(1, -1).replaceAll('\r', '');
  }
  const pattern = /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3})|(.))/gs;
  return literal.slice(1, -1).replace(pattern, (_, hex, short, long, octal, letter: string | undefined) => {
    const digits: unknown = hex ?? short ?? long;
    if (typeof digits === 'string') {
      return String.fromCodePoint(Number.parseInt(digits, 16));
    }
    if (typeof octal === 'string') {
      return String.fromCodePoint(Number.parseInt(octal, 8));
    }
    const character = simple[letter ?? ''];
    if (character === undefined) {
      throw new AppError('template.syntax', `unknown escape \\${letter ?? ''} in ${literal}`);
    }
    return character;
  });
}

/** The value of a Go number literal: integers beyond 2^53 are bigint. */
export function parseNumber(literal: string): number | bigint {
  const text = literal.replaceAll('_', '');
  const [, sign = '', digits = text] = /^([+-]?)(.*)$/.exec(text) ?? [];
  const isInteger = /^(?:0[xXbBoO].+|\d+)$/.test(digits);
  if (!isInteger) {
    return Number(text);
  }
  // A leading zero alone means octal, as in Go.
  const normal = /^0\d/.test(digits) ? `0o${digits.slice(1)}` : digits;
  const value = sign === '-' ? -BigInt(normal) : BigInt(normal);
  return Number.isSafeInteger(Number(value)) ? Number(value) : value;
}
