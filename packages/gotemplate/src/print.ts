import { isMap, mapEntries, type Value } from './value.ts';

/** Text of a value as Go's `%v` prints it. */
export function printValue(value: Value): string {
  if (value === null || value === undefined) {
    return '<nil>';
  }
  if (typeof value === 'string') {
    return value;
  }
  if (typeof value === 'number') {
    return printNumber(value);
  }
  if (Array.isArray(value)) {
    return `[${value.map(printValue).join(' ')}]`;
  }
  if (isMap(value)) {
    return `map[${mapEntries(value)
      .map(([key, item]) => `${printValue(key)}:${printValue(item)}`)
      .join(' ')}]`;
  }
  if (value instanceof Date) {
    return value.toISOString();
  }
  if (typeof value === 'object') {
    const { String: text } = value as { readonly String?: unknown };
    if (typeof text === 'function') {
      // What Go calls a Stringer.
      return printValue((text as () => Value).call(value));
    }
    return `{${Object.values(value).map(printValue).join(' ')}}`;
  }
  if (typeof value === 'boolean' || typeof value === 'bigint') {
    return String(value);
  }
  return '<func>';
}

/** A number as `%v` prints it: integers whole, others in the shortest form, with an exponent where Go uses one. */
export function printNumber(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 2 ** 63) {
    return BigInt(value).toString();
  }
  if (!Number.isFinite(value)) {
    return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
  }
  const exponent = Math.floor(Math.log10(Math.abs(value)));
  return exponent < -4 || exponent >= 21 ? goExponent(value.toExponential()) : String(value);
}

/** Go writes exponents with a sign and at least two digits. */
export function goExponent(text: string): string {
  return text.replace(/e([+-])(\d)$/, 'e$10$2');
}

/** A Go string literal of a text. */
export function quote(text: string): string {
  const body = text.replace(/[\\"\p{Cc}]/gu, (character) => {
    const known = {
      '\\': '\\\\',
      '"': '\\"',
      '\n': '\\n',
      '\r': '\\r',
      '\t': '\\t',
      '\b': '\\b',
      '\f': '\\f',
      '\v': '\\v',
      '\x07': '\\a',
    }[character];
    return known ?? `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
  });
  return `"${body}"`;
}
