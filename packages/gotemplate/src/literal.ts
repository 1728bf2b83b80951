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

/** The value of a literal of Go: a number, a character or a text. Throws AppError 'template.syntax' without a line. */
export function literalValue(kind: string, text: string): string | number | bigint {
  switch (kind) {
    case 'number':
      return parseNumber(text);
    case 'char':
      return characterCode(text);
    default:
      return unquote(text);
  }
}

function characterCode(literal: string): number {
  const character = unquote(`"${literal.slice(1, -1)}"`);
  const code = character.codePointAt(0);
  if (code === undefined || character.length > String.fromCodePoint(code).length) {
    throw new AppError('template.syntax', `malformed character constant: ${literal}`);
  }
  return code;
}

/** A text, quoted or raw. */
function unquote(literal: string): string {
  if (literal.startsWith('`')) {
    return literal.slice(1, -1).replaceAll('\r', '');
  }
  const pattern = /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3})|(.))/gs;
  return literal
    .slice(1, -1)
    .replace(pattern, (escape: string, hex, short, long, octal, letter: string | undefined) => {
      const digits: unknown = hex ?? short ?? long;
      const character =
        typeof digits === 'string'
          ? characterOf(Number.parseInt(digits, 16))
          : typeof octal === 'string'
            ? characterOf(Number.parseInt(octal, 8), 0xff)
            : simple[letter ?? ''];
      if (character === undefined) {
        throw new AppError('template.syntax', `unknown escape ${escape} in ${literal}`);
      }
      return character;
    });
}

/** undefined for what is no character. */
function characterOf(code: number, most = 0x10_ffff): string | undefined {
  const isSurrogate = code >= 0xd800 && code <= 0xdfff;
  return code > most || isSurrogate ? undefined : String.fromCodePoint(code);
}

/** Integers beyond 2^53 are bigint. */
function parseNumber(literal: string): number | bigint {
  const text = literal.replaceAll('_', '');
  const [, sign = '', digits = text] = /^([+-]?)(.*)$/.exec(text) ?? [];
  // A leading zero alone means octal, as in Go.
  const normal = /^0\d+$/.test(digits) ? `0o${digits.slice(1)}` : digits;
  const isInteger = /^(?:0x[\da-f]+|0b[01]+|0o[0-7]+|\d+)$/i.test(normal);
  const number = Number(text);
  if (!isInteger && (Number.isNaN(number) || normal !== digits)) {
    throw new AppError('template.syntax', `bad number syntax: "${literal}"`);
  }
  if (!isInteger) {
    return number;
  }
  const value = sign === '-' ? -BigInt(normal) : BigInt(normal);
  return Number.isSafeInteger(Number(value)) ? Number(value) : value;
}
