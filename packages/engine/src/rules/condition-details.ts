import type { Expr, TransformerInput } from '../lang/ast.ts';
import { printOperand } from '../lang/printer.ts';

/** Names that a condition uses. */
export interface ConditionDetails {
  /** With their arguments, such as `proc.aname[2]`. */
  readonly fields: ReadonlySet<string>;
  /** With their modifiers, such as `startswith oneof`. */
  readonly operators: ReadonlySet<string>;
  readonly macros: ReadonlySet<string>;
  /** Items of lists right of an operator; names of lists among them are references. */
  readonly items: ReadonlySet<string>;
  /** What `evt.type` and `evt.asynctype` are compared with. */
  readonly eventNames: ReadonlySet<string>;
}

interface Draft {
  readonly fields: Set<string>;
  readonly operators: Set<string>;
  readonly macros: Set<string>;
  readonly items: Set<string>;
  readonly eventNames: Set<string>;
  readonly seen: Set<Expr>;
}

/** Collects the names in a condition. */
export function detailsOf(expr: Expr): ConditionDetails {
  const draft: Draft = {
    fields: new Set(),
    operators: new Set(),
    macros: new Set(),
    items: new Set(),
    eventNames: new Set(),
    seen: new Set(),
  };
  visit(expr, draft);
  return draft;
}

function visit(expr: Expr, draft: Draft): void {
  // Conditions share the nodes of macros.
  if (draft.seen.has(expr)) {
    return;
  }
  draft.seen.add(expr);
  switch (expr.kind) {
    case 'and':
    case 'or':
      for (const child of expr.children) {
        visit(child, draft);
      }
      return;
    case 'not':
      visit(expr.child, draft);
      return;
    case 'macro':
      draft.macros.add(expr.name);
      return;
    case 'unary':
      addFields(expr.left, draft);
      draft.operators.add(expr.operator);
      return;
    case 'binary': {
      addFields(expr.left, draft);
      draft.operators.add(expr.modifier === null ? expr.operator : `${expr.operator} ${expr.modifier}`);
      const field = expr.left.kind === 'field' && expr.left.argument === null ? expr.left.name : '';
      addRight(expr.right, field === 'evt.type' || field === 'evt.asynctype', draft);
      return;
    }
  }
}

function addRight(right: TransformerInput, isEvent: boolean, draft: Draft): void {
  if (right.kind === 'value') {
    if (isEvent) {
      draft.eventNames.add(right.value);
    }
    return;
  }
  if (right.kind !== 'list') {
    addFields(right, draft);
    return;
  }
  for (const item of right.items) {
    if (item.kind === 'value') {
      draft.items.add(item.value);
      if (isEvent) {
        draft.eventNames.add(item.value);
      }
    }
  }
}

function addFields(operand: TransformerInput, draft: Draft): void {
  switch (operand.kind) {
    case 'field':
      draft.fields.add(printOperand(operand));
      return;
    case 'transformer':
      for (const input of operand.inputs) {
        addFields(input, draft);
      }
      return;
    case 'list':
      for (const item of operand.items) {
        addFields(item, draft);
      }
      return;
    case 'value':
      return;
  }
}
