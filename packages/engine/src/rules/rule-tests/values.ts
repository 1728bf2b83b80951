import { AppError } from '@lanner/core';
import { parseLiteral } from '../../lib/literal.ts';
import { parseIpv4, parseIpv6 } from '../../lib/net.ts';
import { ipText } from '../../lib/ip.ts';
import type { FieldOperand, Operand } from '../../plan.ts';
import { type FieldValue, type ParamType, type Scalar, valueGroup } from '../../value.ts';
import { fromByteString } from '../bytes.ts';
import type { GivenValue } from './model.ts';

/**
 * The value that a condition tests, of a text in a test file: what the field's own extractor gives for such an event.
 * Throws AppError 'condition.type' for a text that is no value of the field's type.
 */
export function fieldValue(given: GivenValue, operand: FieldOperand): FieldValue {
  if (given === null) {
    return null;
  }
  if (typeof given !== 'string') {
    const values = given.map((text) => scalarOf(text, operand.type));
    const [only] = values;
    if (holdsSeveral(operand)) {
      return values;
    }
    if (only === undefined || values.length > 1) {
      throw new AppError('condition.type', 'the field has a single value, not a list');
    }
    return only;
  }
  const value = scalarOf(given, operand.type);
  return holdsSeveral(operand) ? [value] : value;
}

function holdsSeveral({ field, list, argument }: FieldOperand): boolean {
  return list || field.eitherEnd === true || (field.anyOf !== undefined && argument === undefined);
}

function scalarOf(text: string, type: ParamType): Scalar {
  switch (valueGroup(type)) {
    // Values, unlike literals, are of any length.
    case 'string':
      return text;
    case 'buffer':
      return bytesOf(text);
    case 'ip':
    case 'net': {
      const bytes = text.includes(':') ? parseIpv6(text) : parseIpv4(text);
      if (bytes === null) {
        throw new AppError('condition.type', `'${fromByteString(text)}' is no IP address`);
      }
      return bytes;
    }
    case 'number':
      return type === 'DOUBLE' ? decimalOf(text) : parseLiteral(text, type);
    default:
      return parseLiteral(text, type);
  }
}

/** YAML holds characters, not bytes; so those of a buffer are pairs of hexadecimal digits. */
function bytesOf(text: string): string {
  if (!/^(?:[\da-fA-F]{2})*$/.test(text)) {
    throw new AppError(
      'condition.type',
      `'${fromByteString(text)}' is no hexadecimal text, which buffers are given as`,
    );
  }
  return text.replaceAll(/../g, (pair) => String.fromCharCode(Number.parseInt(pair, 16)));
}

function decimalOf(text: string): number {
  if (!/^[+-]?\d+(?:\.\d+)?$/.test(text)) {
    throw new AppError('condition.type', `'${fromByteString(text)}' is not a valid number`);
  }
  return Number(text);
}

/** A value as people write it; null for none. */
export function valueText(value: FieldValue, { type }: Pick<Operand, 'type'>): string | null {
  if (value === null) {
    return null;
  }
  // Array.isArray does not narrow read-only arrays, hence the casts.
  return Array.isArray(value)
    ? `(${(value as readonly Scalar[]).map((item) => scalarText(item, type)).join(', ')})`
    : scalarText(value as Scalar, type);
}

function scalarText(value: Scalar, type: ParamType): string {
  if (typeof value !== 'string') {
    return String(value);
  }
  const group = valueGroup(type);
  if (group === 'buffer') {
    return Array.from(value, (byte) => byte.charCodeAt(0).toString(16).padStart(2, '0')).join('');
  }
  return (group === 'ip' || group === 'net') && ipText(value) !== ''
    ? ipText(value)
    : JSON.stringify(fromByteString(value));
}
