import { AppError } from '@lanner/core';
import type { Modifier } from './lang/ast.ts';
import type { ParamType, Scalar, ValueGroup } from './value.ts';

/** A test of one value that a field has; built once a condition, called per event. */
export type Test = (value: Scalar) => boolean;

/** One comparison of the rule language. The parser, the type checker, the compiler and the docs read this object. */
export interface Operator {
  /** As written in conditions. */
  readonly name: string;
  /** Other ways to write it. */
  readonly aliases?: readonly string[];
  /** One sentence for docs/reference/operators.md. */
  readonly doc: string;
  /** What stands to its right in the grammar. */
  readonly syntax: 'unary' | 'number' | 'text' | 'list';
  /** Families of types it works on. */
  readonly groups: readonly ValueGroup[];
  /** On fields that give lists: every value must pass the test, or some value; null when it does not take lists. */
  readonly lists: 'every' | 'some' | null;
  /** May be followed by `oneof`, `anyof`, `allof`. */
  readonly modifiers: boolean;
  /** May have a field or transformer on its right. */
  readonly fields: boolean;
  /** On a field that gives both ends of a connection, both must pass; default: one must. */
  readonly bothEnds?: boolean;
  /**
   * Builds the test for literals (one, or the items of a list) of a field of `type`.
   * Throws AppError 'condition.type' for a literal that does not fit.
   */
  readonly test?: (literals: readonly string[], type: ParamType) => Test;
  /**
   * JavaScript for the same test on a single value, for the compiler; null where calling `test` is as good.
   * `value` names a variable that is not null; `constant` puts a value into the compiled function's table and gives
   * its name, so that nothing of a rule's text enters generated source.
   */
  readonly inline?: (
    value: string,
    literals: readonly string[],
    type: ParamType,
    constant: (value: unknown) => string,
  ) => string | null;
  /** Compares a field with the value of another. Of list operators: whether two single values are equal. */
  readonly compare?: (left: Scalar, right: Scalar, type: ParamType) => boolean;
}

/** The literal of an operator that takes one. */
export function onlyLiteral(literals: readonly string[]): string {
  const [literal] = literals;
  if (literal === undefined || literals.length > 1) {
    throw new AppError('condition.type', 'the operator takes exactly one value');
  }
  return literal;
}

export function defineOperator(operator: Operator): Operator {
  return operator;
}

export type { Modifier };
