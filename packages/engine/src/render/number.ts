import { hexText, octalText, signedText, unsignedText } from '../lib/decimal.ts';
import type { ParamType, PrintFormat } from '../value.ts';

// Integers of event parameters. Falco prints unsigned ones as signed of the same width, but in hexadecimal and octal.

/** An integer of 8, 16 or 32 bits; `value` is signed or unsigned by its type. */
export function smallIntegerText(value: number, format: PrintFormat): string {
  switch (format) {
    case 'HEX':
      return (value >>> 0).toString(16).toUpperCase();
    case 'OCT':
      return value === 0 ? '0' : `0${(value >>> 0).toString(8)}`;
    case '10_PADDED_DEC':
      return paddedText(String(value | 0));
    default:
      return String(value | 0);
  }
}

/** An integer of 64 bits, given by its unsigned halves. */
export function longIntegerText(hi: number, lo: number, format: PrintFormat): string {
  switch (format) {
    case 'HEX':
      return hexText(hi, lo);
    case 'OCT':
      return hi === 0 && lo === 0 ? '0' : `0${octalText(hi, lo)}`;
    case '10_PADDED_DEC':
      return paddedText(signedText(hi, lo));
    default:
      return signedText(hi, lo);
  }
}

/** Decimal digits with zeros in front of them up to nine characters, the sign included. */
export function paddedText(digits: string): string {
  return digits.startsWith('-') ? `-${digits.slice(1).padStart(8, '0')}` : digits.padStart(9, '0');
}

/** A duration in ns as seconds with at most six significant digits, such as `0.5s` or `1e-05s`. */
export function durationText(hi: number, lo: number): string {
  return `${shortDecimal(Number(unsignedText(hi, lo)) / 1e9)}s`;
}

/** As `%g` of C's printf: six significant digits, without zeros at the end, exponents of two digits. */
export function shortDecimal(value: number): string {
  if (value === 0) {
    return '0';
  }
  const [mantissa = '', exponentText = '0'] = value.toExponential(5).split('e');
  const exponent = Number(exponentText);
  if (exponent >= -4 && exponent < 6) {
    return withoutZeros(value.toFixed(5 - exponent));
  }
  const sign = exponent < 0 ? '-' : '+';
  return `${withoutZeros(mantissa)}e${sign}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

function withoutZeros(digits: string): string {
  return digits.includes('.') ? digits.replace(/\.?0+$/, '') : digits;
}

const longTypes: ReadonlySet<ParamType> = new Set<ParamType>([
  'INT64',
  'UINT64',
  'ERRNO',
  'FD',
  'PID',
  'RELTIME',
  'ABSTIME',
]);

/** The value of an integer field in its format. Unlike those of parameters, unsigned fields print as unsigned. */
export function integerText(value: number | bigint, type: ParamType, format: PrintFormat): string {
  switch (format) {
    case 'HEX':
      return unsigned(value, type).toString(16).toUpperCase();
    case 'OCT':
      return unsigned(value, type).toString(8);
    case '10_PADDED_DEC':
      return paddedText(String(value));
    default:
      return String(value);
  }
}

function unsigned(value: number | bigint, type: ParamType): number | bigint {
  return value < 0 ? BigInt.asUintN(longTypes.has(type) ? 64 : 32, BigInt(value)) : value;
}
