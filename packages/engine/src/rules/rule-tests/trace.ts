import type { EventView } from '../../event.ts';
import { evaluateOperand } from '../../interpret.ts';
import type { ExistsCheck, FieldCheck, FieldOperand, LiteralCheck, Operand, Plan } from '../../plan.ts';
import type { FieldValue } from '../../value.ts';
import { fromByteString } from '../bytes.ts';
import type { CheckTrace } from './model.ts';
import { valueText } from './values.ts';

/** Gives a field's value without an event. */
export type ValueOf = (operand: FieldOperand) => FieldValue;

type Check = ExistsCheck | LiteralCheck | FieldCheck;

// Bound operands never look at the event.
const noEvent = null as unknown as EventView;

/** Whether a condition holds on given values. */
export function holds(plan: Plan, valueOf: ValueOf): boolean {
  switch (plan.kind) {
    case 'and':
      return plan.children.every((child) => holds(child, valueOf));
    case 'or':
      return plan.children.some((child) => holds(child, valueOf));
    case 'not':
      return !holds(plan.child, valueOf);
    default:
      return checkHolds(plan, valueOf);
  }
}

/**
 * The checks that make a condition hold, or not hold: of an `and` that does not, its parts that do not; of an `or` that
 * does, its parts that do; of all else every part. The same check is named once.
 */
export function causesOf(plan: Plan, valueOf: ValueOf): CheckTrace[] {
  const causes = new Map<string, CheckTrace>();
  collect(plan, valueOf, causes);
  return [...causes.values()];
}

function collect(plan: Plan, valueOf: ValueOf, causes: Map<string, CheckTrace>): void {
  switch (plan.kind) {
    case 'not':
      collect(plan.child, valueOf, causes);
      return;
    case 'and':
    case 'or': {
      const result = holds(plan, valueOf);
      for (const child of plan.children) {
        if (holds(child, valueOf) === result) {
          collect(child, valueOf, causes);
        }
      }
      return;
    }
    default:
      causes.set(plan.text, traceCheck(plan, valueOf));
  }
}

function checkHolds(check: Check, valueOf: ValueOf): boolean {
  const left = read(check.left, valueOf);
  if (left === null) {
    return false;
  }
  switch (check.kind) {
    case 'exists':
      return true;
    case 'check':
      return check.test(left);
    case 'compare': {
      const right = read(check.right, valueOf);
      return right !== null && check.compare(left, right);
    }
  }
}

function traceCheck(check: Check, valueOf: ValueOf): CheckTrace {
  const trace = {
    text: fromByteString(check.text),
    holds: checkHolds(check, valueOf),
    value: valueText(read(check.left, valueOf), check.left),
  };
  return check.kind === 'compare'
    ? { ...trace, other: valueText(read(check.right, valueOf), check.right) }
    : trace;
}

function read(operand: Operand, valueOf: ValueOf): FieldValue {
  return evaluateOperand(bind(operand, valueOf), noEvent);
}

/** The operand with given values in the place of its fields; transformers stay what they are. */
function bind(operand: Operand, valueOf: ValueOf): Operand {
  switch (operand.kind) {
    case 'field': {
      const value = valueOf(operand);
      return { ...operand, field: { ...operand.field, extract: () => value } };
    }
    case 'transform':
      return { ...operand, inputs: operand.inputs.map((input) => bind(input, valueOf)) };
    case 'list':
      return { ...operand, items: operand.items.map((item) => bind(item, valueOf)) };
    case 'literal':
      return operand;
  }
}
