import type { EventView } from '../event.ts';
import type { Operand } from '../plan.ts';
import type { BufferFormat } from '../render/buffer.ts';
import type { FieldValue } from '../value.ts';

/** Reads a value for printing; null when the event has none. */
export type ValueReader = (event: EventView) => FieldValue;

/** How an operand is read for printing, which is not always how conditions read it. */
export function printReader(operand: Operand, buffers: BufferFormat): ValueReader {
  const print = operand.kind === 'field' ? operand.field.print : undefined;
  if (operand.kind !== 'field' || print === undefined) {
    return valueReader(operand);
  }
  const { argument } = operand;
  return (event) => print(event, argument, buffers);
}

function valueReader(operand: Operand): ValueReader {
  switch (operand.kind) {
    case 'literal':
      return () => operand.value;
    case 'field': {
      const { field, argument } = operand;
      const { extract } = field;
      return (event) => extract(event, argument);
    }
    case 'transform': {
      const { transformer, argument } = operand;
      const read = allReader(operand.inputs);
      return (event) => {
        const inputs = read(event);
        return inputs === null ? null : transformer.apply(inputs, argument);
      };
    }
    case 'list': {
      const read = allReader(operand.items);
      return (event) => read(event)?.flat() ?? null;
    }
  }
}

// Null as a whole when one value is missing.
function allReader(operands: readonly Operand[]): (event: EventView) => Exclude<FieldValue, null>[] | null {
  const readers = operands.map(valueReader);
  return (event) => {
    const values: Exclude<FieldValue, null>[] = [];
    for (const read of readers) {
      const value = read(event);
      if (value === null) {
        return null;
      }
      values.push(value);
    }
    return values;
  };
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
