import type { EventView } from '../event.ts';
import { evaluateOperand } from '../interpret.ts';
import type { Operand } from '../plan.ts';
import type { BufferFormat } from '../render/buffer.ts';
import type { FieldValue } from '../value.ts';

/** Reads a value for printing; null when the event has none. */
export type ValueReader = (event: EventView) => FieldValue;

/**
 * How an operand is read for printing, which is not always how conditions read it. What stands for either end of a
 * connection, or for a distance, is for conditions only and has no value here.
 */
export function printReader(operand: Operand, buffers: BufferFormat): ValueReader {
  if (operand.kind !== 'field') {
    return (event) => evaluateOperand(operand, event);
  }
  const { field, argument } = operand;
  const { extract, print } = field;
  if (print !== undefined) {
    return (event) => print(event, argument, buffers);
  }
  return field.eitherEnd === true || field.equalUpTo === true
    ? () => null
    : (event) => extract(event, argument);
}

/** The fields that an operand is made of, itself or inside its transformers. */
export function fieldsWithin(operand: Operand): Operand[] {
  switch (operand.kind) {
    case 'field':
      return [operand];
    case 'transform':
      return operand.inputs.flatMap(fieldsWithin);
    case 'list':
      return operand.items.flatMap(fieldsWithin);
    case 'literal':
      return [];
  }
}
