import { AppError, nearest } from '@lanner/core';
import type { BinaryCheckExpr, Expr, LeftExpr, Modifier, Position, UnaryCheckExpr } from '../lang/ast.ts';
import { printCondition } from '../lang/printer.ts';
import { findOperator, supportedOperators } from '../lang/words.ts';
import type { Operator } from '../operator.ts';
import type { Operand, Plan } from '../plan.ts';
import { literalTest, fieldCompare } from './check-test.ts';
import { incomparable, typeName } from './comparable.ts';
import { eventTypeNames } from './event-names.ts';
import { typeFault } from './fault.ts';
import { type OperandScope, resolveOperand } from './operand.ts';
import { type ConditionWarning, literalWarnings } from './warnings.ts';

export interface ResolveScope extends OperandScope {
  /** Names that `evt.type` can have beside those of the event table: asynchronous events of plugins. */
  readonly eventNames?: ReadonlySet<string>;
}

export type ResolveResult =
  | { readonly ok: true; readonly plan: Plan; readonly warnings: readonly ConditionWarning[] }
  | {
      readonly ok: false;
      readonly message: string;
      readonly at: Position;
      /** A known name that is like the unknown one. */
      readonly nearest?: string;
    };

/**
 * Turns a parsed condition, in which macros have been replaced, into a plan: names become fields, types and values
 * are checked. The position of a problem is that of its check.
 */
export function resolveCondition(expr: Expr, scope: ResolveScope): ResolveResult {
  const resolver = new Resolver(scope);
  try {
    return { ok: true, plan: resolver.resolve(expr), warnings: resolver.warnings };
  } catch (error) {
    if (!(error instanceof AppError)) {
      throw error;
    }
    const near = error.details['nearest'];
    const failure = { ok: false, message: error.message, at: resolver.at ?? expr.at } as const;
    return typeof near === 'string' ? { ...failure, nearest: near } : failure;
  }
}

/** Carries the scope, the warnings so far and the check at hand. */
class Resolver {
  readonly warnings: ConditionWarning[] = [];
  at: Position | null = null;
  readonly #scope: ResolveScope;

  constructor(scope: ResolveScope) {
    this.#scope = scope;
  }

  resolve(expr: Expr): Plan {
    this.at = expr.at;
    switch (expr.kind) {
      case 'and':
      case 'or':
        return { kind: expr.kind, children: expr.children.map((child) => this.resolve(child)) };
      case 'not':
        return { kind: 'not', child: this.resolve(expr.child) };
      case 'macro':
        throw typeFault(`filter error: unexpected identifier '${expr.name}'`);
      case 'unary':
        return this.#unary(expr);
      case 'binary':
        return this.#binary(expr);
    }
  }

  #unary(expr: UnaryCheckExpr): Plan {
    const left = resolveOperand(expr.left, this.#scope);
    operatorOf(expr.operator);
    return { kind: 'exists', left, text: printCondition(expr) };
  }

  #binary(expr: BinaryCheckExpr): Plan {
    const left = resolveOperand(expr.left, this.#scope);
    const operator = operatorOf(expr.operator);
    if (expr.modifier !== null && !operator.modifiers) {
      throw typeFault(`'${operator.name}' operator does not support modifiers`);
    }
    const problem = incomparable(operator, expr.modifier !== null, left.type, left.list);
    if (problem !== null) {
      throw typeFault(`filter error: ${problem}`);
    }
    const text = printCondition({ ...expr, operator: operator.name });
    const { right } = expr;
    if (right.kind === 'field' || right.kind === 'transformer') {
      return this.#compare(left, operator, right, text);
    }
    const literals = right.kind === 'value' ? [right.value] : right.items.map(itemText);
    this.#warn(operator, literals, right.at);
    refuseBufferParam(left, literals);
    const applied = appliedOperator(left, operator, expr.modifier);
    const test = literalTest(left, applied, expr.modifier, literals);
    this.#checkEventNames(left, literals);
    return { kind: 'check', left, operator: applied, modifier: expr.modifier, literals, test, text };
  }

  #compare(left: Operand, operator: Operator, rightExpr: LeftExpr, text: string): Plan {
    const right = resolveOperand(rightExpr, this.#scope);
    refuseRightHand(left, operator, right);
    return { kind: 'compare', left, operator, right, compare: fieldCompare(left, operator), text };
  }

  #warn(operator: Operator, literals: readonly string[], at: Position): void {
    for (const literal of literals) {
      for (const message of literalWarnings(operator, literal, this.#scope)) {
        this.warnings.push({ message, at });
      }
    }
  }

  #checkEventNames(left: Operand, literals: readonly string[]): void {
    if (!isEventType(left)) {
      return;
    }
    const others = this.#scope.eventNames ?? new Set<string>();
    const unknown = literals.find((literal) => !eventTypeNames.has(literal) && !others.has(literal));
    if (unknown !== undefined) {
      throw typeFault(`unknown event type ${unknown}`, nearest(unknown, [...eventTypeNames, ...others]));
    }
  }
}

function operatorOf(name: string): Operator {
  const operator = findOperator(name);
  if (operator === undefined) {
    throw typeFault(`unrecognized filter comparison operator '${name}'`, nearest(name, supportedOperators()));
  }
  return operator;
}

/** What `=` means for a distance; other operators have no meaning for it. */
function appliedOperator(left: Operand, operator: Operator, modifier: Modifier | null): Operator {
  if (left.kind !== 'field' || left.field.equalUpTo !== true) {
    return operator;
  }
  if (operator.name !== '=' || modifier !== null) {
    throw typeFault(`${left.field.name} supports only '=' comparison operator`);
  }
  return operatorOf('<=');
}

function itemText(item: { readonly kind: string; readonly value?: string }): string {
  if (item.kind !== 'value' || item.value === undefined) {
    throw typeFault('lists on the right of an operator hold values only');
  }
  return item.value;
}

/** Also through transformers: what a name is changed into cannot be a name of another kind. */
function isEventType(operand: Operand): boolean {
  if (operand.kind === 'transform') {
    const [input] = operand.inputs;
    return input !== undefined && operand.inputs.length === 1 && isEventType(input);
  }
  return operand.kind === 'field' && operand.field.name === 'evt.type';
}

// Falco has no way to read a literal of a raw parameter that holds bytes.
function refuseBufferParam(left: Operand, literals: readonly string[]): void {
  if (left.kind === 'field' && left.field.type === 'DYN' && left.type === 'BYTEBUF' && literals.length > 0) {
    throw typeFault(`wrong parameter type: '${left.text}' holds bytes and cannot be compared`);
  }
}

function refuseRightHand(left: Operand, operator: Operator, right: Operand): void {
  if (!operator.fields) {
    throw typeFault(`operator '${operator.name.toUpperCase()}' doesn't support right-hand side fields`);
  }
  if (['IPNET', 'IPV4NET', 'IPV6NET'].includes(left.type)) {
    throw typeFault("field type 'IPNET' doesn't support right-hand side fields");
  }
  if (!allowsRightHand(left)) {
    throw typeFault(`field '${left.text}' doesn't support right-hand side fields`);
  }
  if (!allowsRightHand(right)) {
    throw typeFault(`field '${right.text}' can't be used as a right-hand side field`);
  }
  if (left.type !== right.type || left.list !== right.list) {
    throw typeFault(
      `field '${left.text}' has type ${shapeText(left)} while the right-hand side field '${right.text}' has incompatible type ${shapeText(right)}`,
    );
  }
}

function allowsRightHand(operand: Operand): boolean {
  if (operand.kind === 'transform' && operand.inputs.length === 1) {
    return operand.inputs.every(allowsRightHand);
  }
  return operand.kind !== 'field' || operand.field.rightHand !== false;
}

function shapeText({ type, list }: Operand): string {
  return `'${typeName(type)}'${list ? ' (list)' : ''}`;
}
