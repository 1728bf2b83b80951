import type { EventView } from '../event.ts';
import type { Operand } from '../plan.ts';
import type { BufferFormat } from '../render/buffer.ts';
import { fitText } from '../render/printable.ts';
import type { OperandScope } from '../resolve/operand.ts';
import { fromByteString } from '../rules/bytes.ts';
import type { FieldValue } from '../value.ts';
import { byBytes, type JsonValue } from './json.ts';
import { fieldsWithin, printReader, type ValueReader } from './operand.ts';
import { parseTemplate, type TemplateToken } from './template.ts';
import { type ValuePrinter, valuePrinter } from './value-printer.ts';

/** What stands in a message where an event lacks a value. */
export const missingText = '<NA>';

/** One value that an output prints; equal operands are one slot. */
export interface OutputSlot {
  /** Name of the value among the fields of an alert. */
  readonly name: string;
  readonly operand: Operand;
  readonly read: ValueReader;
  /** Where JSON has another value than the message: times are numbers there. */
  readonly readJson: ValueReader | null;
  readonly printer: ValuePrinter;
}

/** Text between values, or the value of a slot with the width that it is fitted to (0: its own). */
export type OutputPiece =
  { readonly text: string; readonly slot: null } | { readonly slot: number; readonly width: number };

/** An output text that has been read. Immutable but for the room for one event's values. */
export interface CompiledOutput {
  /** The text it was made of. */
  readonly source: string;
  readonly slots: readonly OutputSlot[];
  readonly pieces: readonly OutputPiece[];
  /** Slots that are fields of the alert, ordered by name. Transformer calls are none, the fields inside them are. */
  readonly fields: readonly number[];
}

export interface OutputOptions extends OperandScope {
  /** How buffers are shown; as dots when absent. */
  readonly buffers?: BufferFormat;
}

export type OutputCompilation =
  { readonly ok: true; readonly output: CompiledOutput } | { readonly ok: false; readonly message: string };

/** Reads an output text (a byte string) of a rule. */
export function compileOutput(text: string, options: OutputOptions): OutputCompilation {
  const template = parseTemplate(text, options);
  return template.ok
    ? { ok: true, output: assemble(text, template.tokens, options.buffers ?? 'dots') }
    : template;
}

function assemble(source: string, tokens: readonly TemplateToken[], buffers: BufferFormat): CompiledOutput {
  const slots: OutputSlot[] = [];
  const numbers = new Map<string, number>();
  const slotOf = (operand: Operand): number => {
    const known = numbers.get(operand.text);
    if (known !== undefined) {
      return known;
    }
    numbers.set(operand.text, slots.length);
    return slots.push(outputSlot(operand, buffers)) - 1;
  };
  const fields = new Set<number>();
  const pieces = tokens.map((token): OutputPiece => {
    if (token.kind === 'literal') {
      return { text: fromByteString(token.text), slot: null };
    }
    const slot = slotOf(token.operand);
    for (const field of fieldsWithin(token.operand)) {
      fields.add(slotOf(field));
    }
    return { slot, width: token.width };
  });
  const nameOf = (slot: number): string => slots[slot]?.name ?? '';
  return {
    source,
    slots,
    pieces,
    fields: [...fields].sort((a, b) => byBytes(nameOf(a), nameOf(b))),
  };
}

function outputSlot(operand: Operand, buffers: BufferFormat): OutputSlot {
  return {
    name: fromByteString(operand.text),
    operand,
    read: printReader(operand, buffers),
    readJson: jsonReader(operand),
    printer: valuePrinter(operand, buffers),
  };
}

function jsonReader(operand: Operand): ValueReader | null {
  if (operand.kind !== 'field' || operand.field.jsonExtract === undefined) {
    return null;
  }
  const { argument } = operand;
  const { jsonExtract } = operand.field;
  return (event) => jsonExtract(event, argument);
}

/** The values of an output's slots for one event, and their texts. */
export interface SlotValues {
  readonly values: FieldValue[];
  /** Null where the value is missing or has no text. */
  readonly texts: (string | null)[];
}

/** Reads and prints every slot; `into` is reused room. */
export function readSlots(output: CompiledOutput, event: EventView, into: SlotValues): SlotValues {
  const { slots } = output;
  for (let i = 0; i < slots.length; i++) {
    // The index is below the length.
    const slot = slots[i] as OutputSlot;
    const value = slot.read(event);
    into.values[i] = value;
    into.texts[i] = value === null ? null : slot.printer.text(value);
  }
  return into;
}

/** The message that an output makes of values. */
export function messageText({ pieces }: CompiledOutput, { texts }: SlotValues): string {
  let message = '';
  for (const piece of pieces) {
    if (piece.slot === null) {
      message += piece.text;
    } else {
      const text = texts[piece.slot] ?? missingText;
      message += piece.width === 0 ? text : fitText(text, piece.width);
    }
  }
  return message;
}

/** The message for an event; missing values read `<NA>`. Values are made printable, see `printableText`. */
export function formatOutput(output: CompiledOutput, event: EventView): string {
  return messageText(output, readSlots(output, event, newSlotValues()));
}

/** The fields of the message with their values in their own types; null where the event has none. */
export function outputFields(output: CompiledOutput, event: EventView): Record<string, JsonValue> {
  const values = readSlots(output, event, newSlotValues());
  const fields: Record<string, JsonValue> = {};
  for (const number of output.fields) {
    // `fields` holds numbers of slots.
    const slot = output.slots[number] as OutputSlot;
    fields[slot.name] = plainValue(slot, number, event, values);
  }
  return fields;
}

export function newSlotValues(): SlotValues {
  return { values: [], texts: [] };
}

function plainValue(
  slot: OutputSlot,
  number: number,
  event: EventView,
  { values, texts }: SlotValues,
): JsonValue {
  if (slot.readJson !== null) {
    // JSON values of times are single.
    return slot.readJson(event);
  }
  const value = values[number] ?? null;
  return value === null ? null : slot.printer.plain(value, texts[number] ?? '');
}
