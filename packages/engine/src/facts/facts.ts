import type { EventView } from '../event.ts';
import type { JsonValue } from '../format/json.ts';
import { fieldsWithin } from '../format/operand.ts';
import type { CompiledOutput } from '../format/output.ts';
import { readOperand } from '../interpret.ts';
import { ipText } from '../lib/ip.ts';
import type { Operand, Plan } from '../plan.ts';
import { printableText } from '../render/printable.ts';
import { readOperandText } from '../resolve/output-operand.ts';
import type { OperandScope } from '../resolve/operand.ts';
import { fromByteString } from '../rules/bytes.ts';
import type { FieldValue, ParamType, Scalar } from '../value.ts';

/** What of a rule says which values its alerts may be judged by. */
export interface FactRule {
  readonly plan: Plan;
  /** Fields that its exceptions look at, as they are written. */
  readonly exceptionFields: readonly string[];
}

/** Typed values by the name of the field; null for a field that the event has no value of. */
export type Facts = Readonly<Record<string, JsonValue>>;

/** Longer values are left out: one that is cut would answer comparisons wrongly. */
const maxTextLength = 1024;
const maxItems = 64;
/** Characters of all values of an alert together. */
const maxFactsLength = 12_288;

/**
 * Prepares the facts of a rule's alerts: the values of all fields that its exceptions, its condition and its output
 * name, as conditions read them. The first of them come first when there is no room for all.
 */
export function factReader(
  { plan, exceptionFields }: FactRule,
  outputs: readonly CompiledOutput[],
  scope: OperandScope,
): (event: EventView) => Facts {
  const operands = new Map<string, Operand>();
  const add = (operand: Operand): void => {
    for (const field of fieldsWithin(operand)) {
      operands.set(field.text, field);
    }
  };
  for (const name of exceptionFields) {
    const reading = readOperandText(name, scope);
    if (reading.ok) {
      // An exception may compare what a transformer makes of a field.
      operands.set(reading.operand.text, reading.operand);
      add(reading.operand);
    }
  }
  addOperands(plan, add);
  outputs.forEach(({ slots }) => {
    slots.forEach(({ operand }) => {
      add(operand);
    });
  });
  const readers = [...operands.values()].map((operand) => ({
    name: fromByteString(operand.text),
    read: (event: EventView) => factOf(readOperand(operand, event), operand.type),
  }));
  return function facts(event) {
    const values: Record<string, JsonValue> = {};
    let room = maxFactsLength;
    for (const { name, read } of readers) {
      const value = read(event);
      if (value !== undefined) {
        room -= name.length + sizeOf(value);
        if (room < 0) {
          break;
        }
        values[name] = value;
      }
    }
    return values;
  };
}

function addOperands(plan: Plan, add: (operand: Operand) => void): void {
  switch (plan.kind) {
    case 'and':
    case 'or':
      plan.children.forEach((child) => {
        addOperands(child, add);
      });
      return;
    case 'not':
      addOperands(plan.child, add);
      return;
    case 'compare':
      add(plan.left);
      add(plan.right);
      return;
    default:
      add(plan.left);
  }
}

/** Undefined for a value that is too long. */
function factOf(value: FieldValue, type: ParamType): JsonValue | undefined {
  if (value === null) {
    return null;
  }
  if (typeof value !== 'object') {
    return scalarFact(value, type);
  }
  if (value.length > maxItems) {
    return undefined;
  }
  const items = value.map((item) => scalarFact(item, type));
  return items.includes(undefined) ? undefined : (items as JsonValue[]);
}

function scalarFact(value: Scalar, type: ParamType): JsonValue | undefined {
  if (typeof value !== 'string') {
    return value;
  }
  if (value.length > maxTextLength) {
    return undefined;
  }
  switch (type) {
    case 'IPV4ADDR':
    case 'IPV6ADDR':
    case 'IPADDR':
    case 'IPV4NET':
    case 'IPV6NET':
    case 'IPNET':
      // Networks are asked of an address, too.
      return ipText(value);
    case 'BYTEBUF':
      return printableText(value);
    default:
      return fromByteString(value);
  }
}

function sizeOf(value: JsonValue): number {
  if (typeof value === 'string') {
    return value.length;
  }
  let size = 20;
  if (Array.isArray(value)) {
    for (const item of value as readonly JsonValue[]) {
      size += sizeOf(item);
    }
  }
  return size;
}
