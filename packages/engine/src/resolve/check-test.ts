import { membershipTest } from '../lib/equality.ts';
import type { Modifier } from '../lang/ast.ts';
import { findOperator } from '../lang/words.ts';
import type { Operator, Test } from '../operator.ts';
import type { FieldCheck, LiteralCheck, Operand } from '../plan.ts';
import type { FieldValue, Scalar } from '../value.ts';
import { typeFault } from './fault.ts';

type Value = Exclude<FieldValue, null>;

/**
 * The whole test of a check with literals: of a list, of either end of a connection, of any ancestor, or of a single
 * value; with or without a modifier. Throws AppError 'condition.type' for literals that do not fit.
 */
export function literalTest(
  left: Operand,
  operator: Operator,
  modifier: Modifier | null,
  literals: readonly string[],
): LiteralCheck['test'] {
  const test =
    modifier === null
      ? plainTest(operator, literals, left)
      : modifierTest(operator, modifier, literals, left);
  const spread = spreadOf(left, operator);
  if (spread === 'single') {
    return (value) => test(singleOf(value));
  }
  return spread === 'every' ? (value) => listOf(value).every(test) : (value) => listOf(value).some(test);
}

/** The whole comparison with another field. */
export function fieldCompare(left: Operand, operator: Operator): FieldCheck['compare'] {
  const { compare } = operator;
  if (compare === undefined) {
    throw typeFault(`operator '${operator.name.toUpperCase()}' doesn't support right-hand side fields`);
  }
  if (!left.list) {
    return (value, other) => compare(singleOf(value), singleOf(other), left.type);
  }
  if (operator.lists === 'every') {
    return (values, others) => listOf(values).every((value) => isAmong(value, others));
  }
  return (values, others) => listOf(values).some((value) => isAmong(value, others));

  function isAmong(value: Scalar, others: Value): boolean {
    return listOf(others).some((other) => compare?.(value, other, left.type) === true);
  }
}

function spreadOf(left: Operand, operator: Operator): 'single' | 'every' | 'some' {
  if (left.list) {
    return operator.lists ?? 'some';
  }
  if (left.kind !== 'field') {
    return 'single';
  }
  if (left.field.eitherEnd === true) {
    return operator.bothEnds === true ? 'every' : 'some';
  }
  return left.argument === undefined && left.field.anyOf !== undefined ? 'some' : 'single';
}

function plainTest(operator: Operator, literals: readonly string[], left: Operand): Test {
  if (operator.test === undefined) {
    throw typeFault(`'${operator.name}' operator takes no value`);
  }
  return operator.test(literals, left.type);
}

function modifierTest(
  operator: Operator,
  modifier: Modifier,
  literals: readonly string[],
  left: Operand,
): Test {
  if (literals.length === 0) {
    return () => false;
  }
  if (operator === equal && modifier === 'anyof') {
    return membershipTest(literals, left.type);
  }
  if (operator === notEqual && modifier === 'allof') {
    const isMember = membershipTest(literals, left.type);
    return (value) => !isMember(value);
  }
  const tests = literals.map((literal) => plainTest(operator, [literal], left));
  switch (modifier) {
    case 'anyof':
      return (value) => tests.some((test) => test(value));
    case 'allof':
      return (value) => tests.every((test) => test(value));
    case 'oneof':
      return (value) => holdsOnce(tests, value);
  }
}

const equal = findOperator('=');
const notEqual = findOperator('!=');

function holdsOnce(tests: readonly Test[], value: Scalar): boolean {
  let holds = false;
  for (const test of tests) {
    if (test(value)) {
      if (holds) {
        return false;
      }
      holds = true;
    }
  }
  return holds;
}

// Array.isArray does not narrow read-only arrays, hence the casts.
function listOf(value: Value): readonly Scalar[] {
  return Array.isArray(value) ? (value as readonly Scalar[]) : [value as Scalar];
}

/** A field that is not a list gives a single value. */
function singleOf(value: Value): Scalar {
  return value as Scalar;
}
