import type { EventView } from '../event.ts';
import { unsignedText } from '../lib/decimal.ts';
import { fitText } from '../render/printable.ts';
import { clockText, isoText } from '../render/time.ts';
import { fromByteString } from '../rules/bytes.ts';
import type { Alert } from './alert.ts';
import { byBytes, escapedText } from './json.ts';
import {
  type CompiledOutput,
  formatOutput,
  missingText,
  newSlotValues,
  outputFields,
  type OutputPiece,
  type OutputSlot,
  readSlots,
  type SlotValues,
} from './output.ts';

/** A rule's part in its alerts. Texts are byte strings, as in rule files. */
export interface AlertTemplate {
  readonly rule: string;
  readonly source: string;
  /** Long name with a capital, such as `Warning`. */
  readonly priority: string;
  readonly tags: readonly string[];
  readonly output: CompiledOutput;
  readonly extraFields?: readonly ExtraField[];
}

/** A field that is in an alert's JSON beside those of its message. */
export interface ExtraField {
  readonly name: string;
  readonly output: CompiledOutput;
  /** The output is one field, and its value keeps its type; otherwise the value is the text of the output. */
  readonly typed: boolean;
}

/** What is the same for all alerts. */
export interface AlertSettings {
  readonly hostname: string;
  /** Date and time in UTC in front of messages, instead of the local time of day. */
  readonly isoTime?: boolean;
  /** Parts of the JSON. Default: all but the message. */
  readonly includeOutput?: boolean;
  readonly includeMessage?: boolean;
  readonly includeFields?: boolean;
  readonly includeTags?: boolean;
}

/** Writes the alerts of one rule. What does not depend on the event has been put together before. */
export interface AlertWriter {
  /** The alert as a line of text. */
  readonly text: (event: EventView) => string;
  /** The alert as a line of JSON, as `alertJson` writes it. */
  readonly json: (event: EventView) => string;
  /** The alert as data, with all its parts. */
  readonly alert: (event: EventView) => Alert;
}

/** Prepares the alerts of a rule. */
export function alertWriter(template: AlertTemplate, settings: AlertSettings): AlertWriter {
  const priority = fromByteString(template.priority);
  const lineOf = (event: EventView, message: string): string =>
    `${shownTime(event, settings)}: ${priority} ${message}`;
  return {
    text: (event) => lineOf(event, formatOutput(template.output, event)),
    json: jsonWriter(template, settings, priority),
    alert(event) {
      const message = formatOutput(template.output, event);
      return {
        ts: event.ts,
        rule: fromByteString(template.rule),
        priority,
        source: fromByteString(template.source),
        hostname: settings.hostname,
        output: lineOf(event, message),
        message,
        fields: allFields(template, settings, event),
        tags: sortedTags(template),
      };
    },
  };
}

function shownTime({ tsHi, tsLo, state }: EventView, { isoTime }: AlertSettings): string {
  return isoTime === true ? `${isoText(tsHi, tsLo)}+0000` : clockText(tsHi, tsLo, state.utcOffsetS ?? 0);
}

function timeFieldName({ isoTime }: AlertSettings): string {
  return isoTime === true ? 'evt.time.iso8601' : 'evt.time';
}

function sortedTags({ tags }: AlertTemplate): string[] {
  return [...new Set(tags.map(fromByteString))].sort(byBytes);
}

function allFields(
  template: AlertTemplate,
  settings: AlertSettings,
  event: EventView,
): NonNullable<Alert['fields']> {
  const fields = { ...outputFields(template.output, event), [timeFieldName(settings)]: event.ts };
  for (const { name, output, typed } of template.extraFields ?? []) {
    fields[fromByteString(name)] = typed
      ? (outputFields(output, event)[fromByteString(name)] ?? null)
      : formatOutput(output, event);
  }
  return fields;
}

/** What an event's values come to while its JSON is put together. */
interface JsonRoom extends SlotValues {
  /** The texts with JSON's escapes. */
  readonly escaped: string[];
}

/** The JSON of one field's value. */
type FieldJson = (event: EventView, room: JsonRoom) => string;

function jsonWriter(
  template: AlertTemplate,
  settings: AlertSettings,
  priority: string,
): (event: EventView) => string {
  const { includeOutput = true, includeMessage = false, includeFields = true } = settings;
  const { output } = template;
  const head = `{"hostname":${JSON.stringify(settings.hostname)}`;
  const tail = tailJson(template, settings);
  const literals = output.pieces.map((piece) => (piece.slot === null ? escapedText(piece.text) : ''));
  const afterTime = `: ${escapedText(priority)} `;
  const fields = [...fieldsJson(template, settings)].sort(([a], [b]) => byBytes(a, b));
  const keys = fields.map(([name], i) => `${i === 0 ? '' : ','}${JSON.stringify(name)}:`);
  const writers = fields.map(([, write]) => write);
  // Events come one at a time, and nothing of this leaves the function.
  const room: JsonRoom = { ...newSlotValues(), escaped: [] };
  return function json(event) {
    readSlots(output, event, room);
    escapeTexts(room);
    let line = head;
    if (includeMessage || includeOutput) {
      const message = escapedMessage(output, literals, room);
      line += includeMessage ? `,"message":"${message}"` : '';
      line += includeOutput ? `,"output":"${shownTime(event, settings)}${afterTime}${message}"` : '';
    }
    if (includeFields) {
      line += ',"output_fields":{';
      for (let i = 0; i < writers.length; i++) {
        // One key for each writer.
        line += (keys[i] as string) + (writers[i] as FieldJson)(event, room);
      }
      line += '}';
    }
    return `${line}${tail}${isoText(event.tsHi, event.tsLo)}Z"}`;
  };
}

function escapeTexts({ texts, escaped }: JsonRoom): void {
  for (let i = 0; i < texts.length; i++) {
    const text = texts[i] ?? null;
    escaped[i] = text === null ? missingText : escapedText(text);
  }
}

function escapedMessage({ pieces }: CompiledOutput, literals: readonly string[], room: JsonRoom): string {
  let message = '';
  for (let i = 0; i < pieces.length; i++) {
    // The index is below the length of both.
    const piece = pieces[i] as OutputPiece;
    if (piece.slot === null) {
      message += literals[i] as string;
    } else if (piece.width === 0) {
      message += room.escaped[piece.slot] ?? missingText;
    } else {
      message += escapedText(fitText(room.texts[piece.slot] ?? missingText, piece.width));
    }
  }
  return message;
}

function tailJson(template: AlertTemplate, { includeTags = true }: AlertSettings): string {
  const tags = includeTags ? `,"tags":${JSON.stringify(sortedTags(template))}` : '';
  const [priority, rule, source] = [template.priority, template.rule, template.source].map((text) =>
    JSON.stringify(fromByteString(text)),
  );
  return `,"priority":${priority ?? ''},"rule":${rule ?? ''},"source":${source ?? ''}${tags},"time":"`;
}

// Later fields replace earlier ones of the same name.
function fieldsJson(template: AlertTemplate, settings: AlertSettings): Map<string, FieldJson> {
  const fields = new Map<string, FieldJson>();
  for (const number of template.output.fields) {
    // `fields` holds numbers of slots.
    const slot = template.output.slots[number] as OutputSlot;
    fields.set(slot.name, slotJson(slot, number));
  }
  fields.set(timeFieldName(settings), ({ tsHi, tsLo }) => unsignedText(tsHi, tsLo));
  for (const extra of template.extraFields ?? []) {
    fields.set(fromByteString(extra.name), extraJson(extra));
  }
  return fields;
}

function slotJson({ readJson, printer }: OutputSlot, number: number): FieldJson {
  if (readJson !== null) {
    return (event) => String(readJson(event));
  }
  return (_, { values, escaped }) => {
    const value = values[number] ?? null;
    return value === null ? 'null' : printer.json(value, escaped[number] ?? '');
  };
}

function extraJson({ name, output, typed }: ExtraField): FieldJson {
  if (!typed) {
    return (event) => JSON.stringify(formatOutput(output, event));
  }
  const number = output.slots.findIndex((slot) => slot.name === fromByteString(name));
  const slot = output.slots[number];
  if (slot === undefined) {
    return () => 'null';
  }
  const write = slotJson(slot, number);
  const room: JsonRoom = { ...newSlotValues(), escaped: [] };
  return (event) => {
    readSlots(output, event, room);
    escapeTexts(room);
    return write(event, room);
  };
}
