import type { EventView } from '../event.ts';
import type { Field, FieldArgument, FieldClass } from '../field.ts';
import type { FieldValue } from '../value.ts';

/** The field of a class with that name. */
export function fieldOf(fieldClass: FieldClass, name: string): Field {
  const field = fieldClass.fields.find((candidate) => candidate.name === name);
  if (field === undefined) {
    throw new Error(`${fieldClass.id} has no field ${name}`);
  }
  return field;
}

/** What an output shows of the field. */
export function readField(
  fieldClass: FieldClass,
  name: string,
  event: EventView,
  argument?: FieldArgument,
): FieldValue {
  return fieldOf(fieldClass, name).extract(event, argument);
}
