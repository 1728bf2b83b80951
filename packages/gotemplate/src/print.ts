import { failure } from './functions/failure.ts';
import { isMap, mapEntries, type Value } from './value.ts';

/** Longest text of a value: lists within lists can make short templates print without end. */
const maxText = 64 * 2 ** 20;
/** Lists and maps within each other. */
const maxDepth = 1000;

/** Text of a value as Go's `%v` prints it. Throws AppError 'template.execution' for one without end. */
export function printValue(value: Value): string {
  return typeof value === 'string' ? value : new Printer().text(value, 0);
}

class Printer {
  #left = maxText;

  text(value: Value, depth: number): string {
    if (depth > maxDepth) {
      throw failure(`a value is nested deeper than ${maxDepth} levels`);
    }
    const text = this.#of(value, depth);
    // A list counts its items again, which only makes it end earlier.
    this.#left -= text.length + 1;
    if (this.#left < 0) {
      throw failure(`a value prints to more than ${maxText} characters`);
    }
    return text;
  }

  #of(value: Value, depth: number): string {
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
      return `[${this.#all(value, depth)}]`;
    }
    if (isMap(value)) {
      const entries = mapEntries(value).map(
        ([key, item]) => `${this.text(key, depth + 1)}:${this.text(item, depth + 1)}`,
      );
      return `map[${entries.join(' ')}]`;
    }
    if (value instanceof Date) {
      return Number.isNaN(value.getTime()) ? '<nil>' : value.toISOString();
    }
    if (typeof value === 'object') {
      return this.#object(value, depth);
    }
    if (typeof value === 'boolean' || typeof value === 'bigint') {
      return String(value);
    }
    return '<func>';
  }

  #object(value: object, depth: number): string {
    const { String: text } = value as { readonly String?: unknown };
    if (typeof text === 'function') {
      // What Go calls a Stringer.
      return this.text((text as () => Value).call(value), depth + 1);
    }
    return `{${this.#all(Object.values(value), depth)}}`;
  }

  #all(values: readonly Value[], depth: number): string {
    return values.map((item) => this.text(item, depth + 1)).join(' ');
  }
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
