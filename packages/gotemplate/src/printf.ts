import { goExponent, printValue, quote } from './print.ts';
import { isInteger, isMap, isNumber, typeName, type Value } from './value.ts';

interface Directive {
  readonly minus: boolean;
  readonly plus: boolean;
  readonly sharp: boolean;
  readonly zero: boolean;
  readonly space: boolean;
  readonly width: number | null;
  readonly precision: number | null;
  readonly verb: string;
}

/** No directive may pad to more than this, so that a template cannot exhaust memory. */
const maxWidth = 10_000;

/** Go's `fmt.Sprintf`, its complaints about wrong verbs and missing arguments included. */
export function sprintf(format: string, values: readonly Value[]): string {
  const pattern = /%([-+# 0]*)(?:\[(\d+)\])?(\*|\d+)?(?:\.(\*|\d+)?)?(?:\[(\d+)\])?([\s\S])?/gu;
  let next = 0;
  const indexed = /%[-+# 0]*\S*\[\d+\]/.test(format);
  const take = (): Value => values[next++];
  const text = format.replace(pattern, (whole: string, ...groups: (string | undefined)[]) => {
    const [flags = '', firstIndex, width, precision, lastIndex, verb] = groups;
    if (verb === undefined) {
      return '%!(NOVERB)';
    }
    if (verb === '%') {
      return '%';
    }
    const index = lastIndex ?? firstIndex;
    if (index !== undefined) {
      next = Number(index) - 1;
      if (next < 0 || next >= values.length) {
        return `%!${verb}(BADINDEX)`;
      }
    }
    const size = (digits: string | undefined): number | null =>
      digits === undefined ? null : Math.min(maxWidth, Math.abs(Number(digits === '*' ? take() : digits)));
    const wide = size(width);
    const exact = /\.(?!\d|\*)/.test(whole) ? 0 : size(precision);
    if (next >= values.length) {
      return `%!${verb}(MISSING)`;
    }
    return formatOne(take(), {
      minus: flags.includes('-'),
      plus: flags.includes('+'),
      sharp: flags.includes('#'),
      zero: flags.includes('0') && !flags.includes('-'),
      space: flags.includes(' '),
      width: wide,
      precision: exact,
      verb,
    });
  });
  return indexed || next >= values.length ? text : `${text}${extra(values.slice(next))}`;
}

function extra(values: readonly Value[]): string {
  return `%!(EXTRA ${values.map((value) => (value === null || value === undefined ? '<nil>' : `${typeName(value)}=${printValue(value)}`)).join(', ')})`;
}

function formatOne(value: Value, directive: Directive): string {
  const text = format(value, directive);
  if (text === null) {
    const shown = value === null || value === undefined ? '<nil>' : `${typeName(value)}=${printValue(value)}`;
    return `%!${directive.verb}(${shown})`;
  }
  return pad(text, directive, isNumber(value) && directive.verb !== 's');
}

function format(value: Value, directive: Directive): string | null {
  if (directive.verb === 'T') {
    return typeName(value);
  }
  if (directive.verb === 'v') {
    return formatAny(value, directive);
  }
  if (Array.isArray(value) && directive.verb !== 'p') {
    return `[${value.map((item) => formatOne(item, { ...directive, width: null })).join(' ')}]`;
  }
  if (typeof value === 'boolean') {
    return directive.verb === 't' ? String(value) : null;
  }
  if (typeof value === 'string') {
    return formatText(value, directive);
  }
  if (isInteger(value)) {
    return formatInteger(BigInt(value), directive) ?? formatFloat(Number(value), directive);
  }
  return typeof value === 'number' ? formatFloat(value, directive) : null;
}

function formatAny(value: Value, directive: Directive): string {
  if (directive.sharp && typeof value === 'string') {
    return quote(value);
  }
  if (directive.plus && isNumber(value) && value >= 0) {
    return `+${printValue(value)}`;
  }
  return isMap(value) || typeof value !== 'string' || directive.precision === null
    ? printValue(value)
    : Array.from(value).slice(0, directive.precision).join('');
}

function formatText(value: string, { verb, precision, sharp, space }: Directive): string | null {
  const cut = precision === null ? value : Array.from(value).slice(0, precision).join('');
  switch (verb) {
    case 's':
      return cut;
    case 'q':
      return sharp && !/[`\n\r]/.test(cut) ? `\`${cut}\`` : quote(cut);
    case 'x':
    case 'X': {
      const bytes = [...new TextEncoder().encode(cut)].map((byte) => byte.toString(16).padStart(2, '0'));
      const text = bytes.map((byte) => (sharp && space ? `0x${byte}` : byte)).join(space ? ' ' : '');
      const whole = sharp && !space && text !== '' ? `0x${text}` : text;
      return verb === 'X' ? whole.toUpperCase() : whole;
    }
    default:
      return null;
  }
}

function formatInteger(value: bigint, directive: Directive): string | null {
  const { verb, sharp, precision } = directive;
  const bases: Readonly<Record<string, number>> = { d: 10, b: 2, o: 8, O: 8, x: 16, X: 16 };
  const base = bases[verb];
  if (base === undefined) {
    return formatRune(value, verb);
  }
  const digits = (value < 0n ? -value : value).toString(base).padStart(precision ?? 0, '0');
  const prefixes: Readonly<Record<string, string>> = { x: '0x', X: '0X', o: '0', b: '0b' };
  const prefix = verb === 'O' ? '0o' : sharp ? (prefixes[verb] ?? '') : '';
  return `${sign(value < 0n, directive)}${prefix}${verb === 'X' ? digits.toUpperCase() : digits}`;
}

function formatRune(value: bigint, verb: string): string | null {
  const code = Number(value);
  const character = code >= 0 && code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd';
  switch (verb) {
    case 'c':
      return character;
    case 'q':
      return `'${character === "'" ? "\\'" : quote(character).slice(1, -1)}'`;
    case 'U':
      return `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
    default:
      return null;
  }
}

function formatFloat(value: number, directive: Directive): string | null {
  const magnitude = Math.abs(value);
  const negative = value < 0 || Object.is(value, -0);
  const precision = Math.min(100, directive.precision ?? 6);
  switch (directive.verb) {
    case 'f':
    case 'F':
      return sign(negative, directive) + magnitude.toFixed(precision);
    case 'e':
    case 'E': {
      const text = goExponent(magnitude.toExponential(precision));
      return sign(negative, directive) + (directive.verb === 'E' ? text.toUpperCase() : text);
    }
    case 'g':
    case 'G':
      return sign(negative, directive) + general(magnitude, directive.precision);
    default:
      return null;
  }
}

function general(magnitude: number, precision: number | null): string {
  if (precision === null) {
    return printValue(magnitude);
  }
  const rounded = Number(magnitude.toPrecision(Math.max(1, Math.min(100, precision))));
  const exponent = rounded === 0 ? 0 : Math.floor(Math.log10(rounded));
  return exponent < -4 || exponent >= Math.max(1, precision)
    ? goExponent(rounded.toExponential())
    : String(rounded);
}

function sign(negative: boolean, { plus, space }: Directive): string {
  return negative ? '-' : plus ? '+' : space ? ' ' : '';
}

function pad(text: string, { width, minus, zero, precision, verb }: Directive, numeric: boolean): string {
  const missing = (width ?? 0) - Array.from(text).length;
  if (missing <= 0) {
    return text;
  }
  if (minus) {
    return text + ' '.repeat(missing);
  }
  // A precision on an integer switches zero padding off.
  if (zero && numeric && (precision === null || 'feEgG'.includes(verb))) {
    const [, head = '', rest = text] = /^([+\- ]?(?:0[xXob])?)(.*)$/s.exec(text) ?? [];
    return head + '0'.repeat(missing) + rest;
  }
  return (zero ? '0' : ' ').repeat(missing) + text;
}
