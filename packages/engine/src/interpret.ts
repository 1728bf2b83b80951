import type { EventView } from './event.ts';
import { conditionExtract, type Field } from './field.ts';
import type { Operand, Plan } from './plan.ts';
import type { FieldValue, Scalar } from './value.ts';

/** Whether a condition holds for an event. */
export type Condition = (event: EventView) => boolean;

/**
 * Builds the plain form of a plan: one closure a node, nothing shared, fields read each time. It is what the compiled
 * form is held against.
 */
export function interpret(plan: Plan): Condition {
  switch (plan.kind) {
    case 'and': {
      const children = plan.children.map(interpret);
      return (event) => children.every((child) => child(event));
    }
    case 'or': {
      const children = plan.children.map(interpret);
      return (event) => children.some((child) => child(event));
    }
    case 'not': {
      const child = interpret(plan.child);
      return (event) => !child(event);
    }
    case 'exists':
      return (event) => readOperand(plan.left, event) !== null;
    case 'check':
      return function check(event) {
        const value = readOperand(plan.left, event);
        return value !== null && plan.test(value);
      };
    case 'compare':
      return function compare(event) {
        const left = readOperand(plan.left, event);
        const right = left === null ? null : readOperand(plan.right, event);
        return left !== null && right !== null && plan.compare(left, right);
      };
  }
}

/** The value that a condition tests; of a field that stands for all ancestors, their values. */
export function readOperand(operand: Operand, event: EventView): FieldValue {
  return operand.kind === 'field'
    ? conditionExtract(operand.field, operand.argument)(event, operand.argument)
    : evaluateOperand(operand, event);
}

/** The value that an output prints. */
export function evaluateOperand(operand: Operand, event: EventView): FieldValue {
  switch (operand.kind) {
    case 'field':
      return operand.field.extract(event, operand.argument);
    case 'literal':
      return operand.value;
    case 'list':
      return readItems(operand.items, event);
    case 'transform': {
      const inputs: Exclude<FieldValue, null>[] = [];
      for (const input of operand.inputs) {
        const value = evaluateOperand(input, event);
        if (value === null) {
          return null;
        }
        inputs.push(value);
      }
      return operand.transformer.apply(inputs, operand.argument);
    }
  }
}

function readItems(items: readonly Operand[], event: EventView): FieldValue {
  const values: Scalar[] = [];
  for (const item of items) {
    const value = evaluateOperand(item, event);
    if (value === null) {
      return null;
    }
    const format = item.kind === 'field' ? item.field.format : undefined;
    // Array.isArray does not narrow read-only arrays.
    for (const one of Array.isArray(value) ? (value as readonly Scalar[]) : [value as Scalar]) {
      values.push(itemText(one, format));
    }
  }
  return values;
}

/** Lists hold texts, so numbers are written as they are printed. */
function itemText(value: Scalar, format: Field['format']): string {
  if (typeof value !== 'number' && typeof value !== 'bigint') {
    return String(value);
  }
  switch (format) {
    case 'HEX':
      return value.toString(16).toUpperCase();
    case 'OCT':
      return value.toString(8);
    case '10_PADDED_DEC':
      return value.toString().padStart(9, '0');
    default:
      return value.toString();
  }
}
