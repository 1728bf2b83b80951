import { nearest } from '@lanner/core';
import { eventTable } from '../../event-table.ts';
import type { Expr, LeftExpr, TransformerInput } from '../../lang/ast.ts';
import { parseCondition } from '../../lang/parser.ts';
import { printCondition } from '../../lang/printer.ts';
import type { ConditionProblem, RuleLanguage } from '../language.ts';

const fields = new Set([
  'evt.type',
  'evt.num',
  'evt.dir',
  'evt.arg',
  'proc.name',
  'proc.cmdline',
  'proc.pname',
  'fd.name',
  'user.name',
  'ka.verb',
]);

/** A rule language with few fields, to test loading without the real ones. Plans are empty. */
export const testLanguage: RuleLanguage = {
  parse: (text, maxDepth) => parseCondition(text, { maxDepth }),
  print: printCondition,
  resolve(expr) {
    const problem = findProblem(expr);
    if (problem === null) {
      return { ok: true, plan: { kind: 'and', children: [] }, warnings: warningsOf(expr) };
    }
    const near = nearest(problem.message.split(' ').at(-1) ?? '', fields);
    return { ok: false, ...problem, ...(near === null ? {} : { nearest: near }) };
  },
  checkOutput(text) {
    const names = [...text.matchAll(/%([a-z.]+[a-z])/g)].map(([, name]) => name ?? '');
    const unknown = names.find((name) => !fields.has(name));
    return unknown === undefined
      ? { ok: true, fields: names }
      : { ok: false, message: `invalid formatting token ${unknown}` };
  },
  isOperand: (text) => fields.has(text),
  eventIds: (expr) =>
    new Set(eventTable.filter(({ name }) => canBe(expr, name) !== false).map(({ id }) => id)),
  eventNamesOf: (expr) => [
    ...new Set(eventTable.filter(({ name }) => canBe(expr, name) !== false).map(({ name }) => name)),
  ],
  fieldDoc: (name) => (fields.has(name) ? `Documentation of ${name}.` : null),
};

function findProblem(expr: Expr): ConditionProblem | null {
  switch (expr.kind) {
    case 'and':
    case 'or':
      return expr.children.map(findProblem).find((problem) => problem !== null) ?? null;
    case 'not':
      return findProblem(expr.child);
    case 'unary':
    case 'binary':
      return unknownField(expr.left);
    case 'macro':
      return { message: `macro ${expr.name} was left`, at: expr.at };
  }
}

function unknownField(operand: LeftExpr | TransformerInput): ConditionProblem | null {
  if (operand.kind === 'field' && !fields.has(operand.name)) {
    return { message: `filter_check called with nonexistent field ${operand.name}`, at: operand.at };
  }
  return operand.kind === 'transformer'
    ? (operand.inputs.map(unknownField).find((problem) => problem !== null) ?? null)
    : null;
}

function warningsOf(expr: Expr): ConditionProblem[] {
  if (expr.kind === 'and' || expr.kind === 'or') {
    return expr.children.flatMap(warningsOf);
  }
  return expr.kind === 'binary' && expr.right.kind === 'value' && fields.has(expr.right.value)
    ? [{ message: `'${expr.right.value}' may be a valid field misused as a const string value`, at: expr.at }]
    : [];
}

/** Whether an event with this name can, must (true) or cannot (false) make the condition hold. */
function canBe(expr: Expr, name: string): boolean | null {
  switch (expr.kind) {
    case 'and':
      return expr.children.every((child) => canBe(child, name) !== false) ? null : false;
    case 'or':
      return expr.children.some((child) => canBe(child, name) !== false) ? null : false;
    case 'binary':
      return expr.left.kind === 'field' && expr.left.name === 'evt.type'
        ? namesEvent(expr.right, name)
        : null;
    default:
      return null;
  }
}

function namesEvent(right: TransformerInput, name: string): boolean {
  return right.kind === 'value'
    ? right.value === name
    : right.kind === 'list' && right.items.some((item) => namesEvent(item, name));
}
