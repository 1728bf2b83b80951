/** A value of an alert's fields. Integers beyond 2^53 are bigint and are written with all their digits. */
export type JsonValue =
  string | number | bigint | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue };

// eslint-disable-next-line no-control-regex -- JSON does not allow them within texts
const escapable = /["\\\x00-\x1f]/;

/** A text as it stands between the quotes of a JSON text. */
export function escapedText(text: string): string {
  return escapable.test(text) ? JSON.stringify(text).slice(1, -1) : text;
}

/** JSON without blanks, keys in the order of their bytes. */
export function jsonText(value: JsonValue): string {
  if (value === null) {
    return 'null';
  }
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value);
    case 'number':
      return Number.isInteger(value) ? integerJson(value) : doubleJson(value);
    case 'bigint':
    case 'boolean':
      return String(value);
    default:
      return isArray(value) ? `[${value.map(jsonText).join(',')}]` : objectText(value);
  }
}

// Array.isArray does not take readonly arrays out of a union.
function isArray(
  value: readonly JsonValue[] | { readonly [key: string]: JsonValue },
): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function objectText(object: { readonly [key: string]: JsonValue }): string {
  const members = Object.keys(object)
    .sort(byBytes)
    .map((key) => `${JSON.stringify(key)}:${jsonText(object[key] ?? null)}`);
  return `{${members.join(',')}}`;
}

/** Orders keys as their UTF-8 bytes are ordered. */
export function byBytes(a: string, b: string): number {
  if (a === b) {
    return 0;
  }
  // Code units order as UTF-8 does but for surrogates, which no name of a field has.
  return a < b ? -1 : 1;
}

function integerJson(value: number): string {
  return Math.abs(value) < 1e21 ? String(value) : BigInt(value).toString();
}

/** Digits up to which numbers are written without an exponent. */
const maxPointPosition = 15;
const minPointPosition = -4;

/**
 * A floating-point number with the fewest digits that read back as the same number. Unlike JavaScript's own form it
 * always has a point or an exponent, which is used from 1e15 on and below 0.0001.
 */
export function doubleJson(value: number): string {
  if (!Number.isFinite(value)) {
    return 'null';
  }
  if (value === 0) {
    return Object.is(value, -0) ? '-0.0' : '0.0';
  }
  const sign = value < 0 ? '-' : '';
  const [mantissa = '', exponent = '0'] = Math.abs(value).toExponential().split('e');
  return sign + placePoint(mantissa.replace('.', ''), Number(exponent) + 1);
}

// The number is 0.<digits> times ten to the power of `point`.
function placePoint(digits: string, point: number): string {
  if (point > maxPointPosition || point <= minPointPosition) {
    const fraction = digits.length > 1 ? `.${digits.slice(1)}` : '';
    const exponent = point - 1;
    return `${digits.slice(0, 1)}${fraction}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
  }
  if (point <= 0) {
    return `0.${'0'.repeat(-point)}${digits}`;
  }
  return digits.length <= point
    ? `${digits.padEnd(point, '0')}.0`
    : `${digits.slice(0, point)}.${digits.slice(point)}`;
}
