import type { Test } from '../operator.ts';
import { type ParamType, type Scalar, valueGroup } from '../value.ts';
import { parseLiteral, parseNet } from './literal.ts';
import { netContains } from './net.ts';
import { compact } from './numbers.ts';

/** Literals are no longer than 255 bytes. */
const maxTextLength = 255;

/** The test for values equal to a literal of a field of `type`; an address equals the networks that contain it. */
export function equalityTest(literal: string, type: ParamType): Test {
  if (valueGroup(type) === 'net') {
    const net = parseNet(literal, type);
    return (value) => typeof value === 'string' && netContains(net, value);
  }
  const wanted = parseLiteral(literal, type);
  if (typeof wanted === 'string' || typeof wanted === 'boolean') {
    return (value) => value === wanted;
  }
  return (value) => value === wanted || sameValue(value, wanted);
}

/** The test for values that equal one of the literals: a look into a set, but for networks. */
export function membershipTest(literals: readonly string[], type: ParamType): Test {
  if (valueGroup(type) === 'net') {
    const tests = literals.map((literal) => equalityTest(literal, type));
    return (value) => tests.some((test) => test(value));
  }
  const wanted = new Set(literals.map((literal) => parseLiteral(literal, type)));
  return valueGroup(type) === 'number'
    ? (value) => wanted.has(value) || (typeof value === 'bigint' && wanted.has(compact(value)))
    : textMembership(wanted);
}

/** Most texts fail on their length, which costs less than the hash that a look into the set needs. */
function textMembership(wanted: ReadonlySet<Scalar>): Test {
  const lengths = new Uint8Array(maxTextLength + 1);
  for (const text of wanted) {
    lengths[String(text).length] = 1;
  }
  return (value) =>
    typeof value === 'string' ? lengths[value.length] === 1 && wanted.has(value) : wanted.has(value);
}

/** Whether two values of fields are equal; a bigint equals the number of the same value. */
export function sameValue(left: Scalar, right: Scalar): boolean {
  return (
    left === right ||
    (typeof left === 'bigint' ? compact(left) : left) === (typeof right === 'bigint' ? compact(right) : right)
  );
}

/** The same test as `equalityTest` for the compiler, or its opposite. */
export function inlineEquality(
  value: string,
  comparison: '===' | '!==',
  literal: string,
  type: ParamType,
  constant: (value: unknown) => string,
): string | null {
  if (valueGroup(type) === 'net') {
    return null;
  }
  const wanted = parseLiteral(literal, type);
  // Loose equality of a number and a bigint compares their values.
  const operator =
    typeof wanted === 'number' || typeof wanted === 'bigint' ? comparison.slice(0, 2) : comparison;
  return `(${value} ${operator} ${constant(wanted)})`;
}
