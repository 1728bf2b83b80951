import { AppError } from '@lanner/core';
import type { Position } from '../lang/ast.ts';
import { parseOperandAt } from '../lang/parser.ts';
import { supportedTransformers } from '../lang/words.ts';
import type { Operator } from '../operator.ts';
import { type OperandScope, resolveOperand } from './operand.ts';

/** Something in a condition that works but is probably not meant so. */
export interface ConditionWarning {
  readonly message: string;
  readonly at: Position;
}

/** A pattern that is a text with, at most, an anchor or a repeated `.` at each end. */
const simplePattern = /^(?:\^|\.[+*?])?[^.+*?^$()[\]{}|\\]*(?:\.[+*?]|\$)?$/;
const simplerOperators = "'=', 'contains', 'startswith', 'endswith'";

/** What is odd about a literal: a slow operator for a simple text, a field's name, a call that is only text. */
export function literalWarnings(operator: Operator, literal: string, scope: OperandScope): string[] {
  const warnings: string[] = [];
  if (operator.name === 'regex' && simplePattern.test(literal)) {
    warnings.push(
      `regex check with '${literal}' may be optimized with simpler operators such as ${simplerOperators}`,
    );
  }
  const compact = literal.replace(/[\t-\r ]/g, '');
  if (isField(compact, scope)) {
    warnings.push(`'${literal}' may be a valid field misused as a const string value`);
  }
  if (isCall(compact)) {
    warnings.push(`'${literal}' may be a valid field transformer misused as a const string value`);
  }
  return warnings;
}

/** Every field has a dot in its name; most literals do not come this far. */
const fieldStart = /^[a-zA-Z][a-zA-Z0-9_]*\.[a-zA-Z]/;

function isField(text: string, scope: OperandScope): boolean {
  if (!fieldStart.test(text)) {
    return false;
  }
  const parsed = parseOperandAt(text);
  if (!parsed.ok || parsed.expr.kind !== 'field' || parsed.end < text.length) {
    return false;
  }
  try {
    resolveOperand(parsed.expr, scope);
    return true;
  } catch (error) {
    if (error instanceof AppError) {
      return false;
    }
    throw error;
  }
}

function isCall(text: string): boolean {
  return (
    text.endsWith(')') && ['val', ...supportedTransformers()].some((name) => text.startsWith(`${name}(`))
  );
}
