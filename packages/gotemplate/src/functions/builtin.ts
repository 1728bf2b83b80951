import { printValue } from '../print.ts';
import { sprintf } from '../printf.ts';
import { isMap, isNumber, mapGet, truth, typeName, type Value } from '../value.ts';
import { failure, toInteger } from './failure.ts';

/** Functions that every Go template has. `and` and `or` are the executor's own, since they stop early. */
export const builtinFunctions = {
  and: (): Value => null,
  or: (): Value => null,
  not: (value: Value): boolean => !truth(value),
  len: length,
  index,
  slice,
  call(target: Value, ...values: Value[]): Value {
    if (typeof target !== 'function') {
      throw failure(`call of non-function of type ${typeName(target)}`);
    }
    return (target as (...all: Value[]) => Value)(...values);
  },
  print: (...values: Value[]): string => sprint(values),
  println: (...values: Value[]): string => `${values.map(printValue).join(' ')}\n`,
  printf: (format: Value, ...values: Value[]): string => sprintf(printValue(format), values),
  html: (...values: Value[]): string => escapeWith(sprint(values), htmlEscapes, /["'&<>\0]/g),
  js: (...values: Value[]): string => escapeJs(sprint(values)),
  urlquery: (...values: Value[]): string => queryEscape(sprint(values)),
  eq(first: Value, ...others: Value[]): boolean {
    if (others.length === 0) {
      throw failure('missing argument for comparison');
    }
    return others.some((other) => equal(first, other));
  },
  ne: (a: Value, b: Value): boolean => !equal(a, b),
  lt: (a: Value, b: Value): boolean => compare(a, b) < 0,
  le: (a: Value, b: Value): boolean => compare(a, b) <= 0,
  gt: (a: Value, b: Value): boolean => compare(a, b) > 0,
  ge: (a: Value, b: Value): boolean => compare(a, b) >= 0,
};

// Spaces go between operands when neither is a text.
function sprint(values: readonly Value[]): string {
  let text = '';
  values.forEach((value, i) => {
    const before = values[i - 1];
    const separates = i > 0 && typeof value !== 'string' && typeof before !== 'string';
    text += (separates ? ' ' : '') + printValue(value);
  });
  return text;
}

function length(value: Value): number {
  if (typeof value === 'string') {
    return new TextEncoder().encode(value).length;
  }
  if (Array.isArray(value)) {
    return value.length;
  }
  if (value instanceof Map) {
    return value.size;
  }
  if (isMap(value)) {
    return Object.keys(value).length;
  }
  throw failure(`len of type ${typeName(value)}`);
}

function index(value: Value, ...keys: Value[]): Value {
  let current = value;
  for (const key of keys) {
    if (Array.isArray(current)) {
      const i = toInteger(key);
      if (!isNumber(key) || i < 0 || i >= current.length) {
        throw failure(`index out of range: ${printValue(key)}`);
      }
      current = current[i];
    } else if (isMap(current)) {
      current = mapGet(current, key) ?? null;
    } else if (current === null || current === undefined) {
      throw failure('index of untyped nil');
    } else if (typeof current === 'string') {
      const byte = new TextEncoder().encode(current)[toInteger(key)];
      if (byte === undefined) {
        throw failure(`index out of range: ${printValue(key)}`);
      }
      current = byte;
    } else {
      throw failure(`can't index item of type ${typeName(current)}`);
    }
  }
  return current;
}

function slice(value: Value, ...bounds: Value[]): Value {
  const [from = 0, to = Number.POSITIVE_INFINITY] = bounds.map(toInteger);
  if (bounds.length > 3 || (typeof value === 'string' && bounds.length > 2)) {
    throw failure(`too many slice indexes: ${bounds.length}`);
  }
  if (typeof value !== 'string' && !Array.isArray(value)) {
    throw failure(`can't slice item of type ${typeName(value)}`);
  }
  const bytes = typeof value === 'string' ? new TextEncoder().encode(value) : value;
  const end = Math.min(to, bounds.length > 1 ? to : bytes.length);
  if (from < 0 || end > bytes.length || from > end) {
    throw failure(`index out of range: ${from > bytes.length || from < 0 ? from : end}`);
  }
  return bytes instanceof Uint8Array
    ? new TextDecoder().decode(bytes.slice(from, end))
    : bytes.slice(from, end);
}

type Kind = 'nil' | 'bool' | 'number' | 'string' | 'other';

function kindOf(value: Value): Kind {
  if (value === null || value === undefined) {
    return 'nil';
  }
  if (isNumber(value)) {
    return 'number';
  }
  return typeof value === 'boolean' ? 'bool' : typeof value === 'string' ? 'string' : 'other';
}

function equal(a: Value, b: Value): boolean {
  const kinds = [kindOf(a), kindOf(b)];
  if (kinds.includes('nil')) {
    return kinds[0] === kinds[1];
  }
  if (kinds[0] !== kinds[1]) {
    throw failure('incompatible types for comparison');
  }
  if (kinds[0] === 'other') {
    throw failure(`non-comparable type ${printValue(a)}: ${typeName(a)}`);
  }
  // Numbers and bigint compare by value only with the loose operator.
  return kinds[0] === 'number' ? Number(a) === Number(b) : a === b;
}

function compare(a: Value, b: Value): number {
  if (isNumber(a) && isNumber(b)) {
    return a < b ? -1 : a > b ? 1 : 0;
  }
  if (typeof a === 'string' && typeof b === 'string') {
    return a < b ? -1 : a > b ? 1 : 0;
  }
  throw failure(
    kindOf(a) === kindOf(b) ? `invalid type for comparison` : 'incompatible types for comparison',
  );
}

const htmlEscapes: Readonly<Record<string, string>> = {
  '"': '&#34;',
  "'": '&#39;',
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '\0': '\ufffd',
};

function escapeWith(text: string, escapes: Readonly<Record<string, string>>, pattern: RegExp): string {
  return text.replace(pattern, (character) => escapes[character] ?? character);
}

function escapeJs(text: string): string {
  const plain: Readonly<Record<string, string>> = { '\\': '\\\\', "'": "\\'", '"': '\\"' };
  return text.replace(
    /[\\'"<>&=\p{Cc}]/gu,
    (character) =>
      plain[character] ?? `\\u${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`,
  );
}

/** Go's `url.QueryEscape`. */
export function queryEscape(text: string): string {
  return encodeURIComponent(text)
    .replaceAll('%20', '+')
    .replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}
