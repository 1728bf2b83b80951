import type { EventView } from '../event.ts';
import { unsignedText } from '../lib/decimal.ts';
import { clockText, isoText } from '../render/time.ts';
import { fromByteString } from '../rules/bytes.ts';
import type { Alert } from './alert.ts';
import { byBytes } from './json.ts';
import {
  type CompiledOutput,
  formatOutput,
  messageText,
  newSlotValues,
  outputFields,
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
    json: jsonWriter(template, settings, lineOf),
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

/** Adds the JSON of one field's value; the values are those of the message. */
type FieldJson = (event: EventView, values: SlotValues) => string;

function jsonWriter(
  template: AlertTemplate,
  settings: AlertSettings,
  lineOf: (event: EventView, message: string) => string,
): (event: EventView) => string {
  const { includeOutput = true, includeMessage = false, includeFields = true } = settings;
  const { output } = template;
  const head = `{"hostname":${JSON.stringify(settings.hostname)}`;
  const tail = tailJson(template, settings);
  const fields = [...fieldsJson(template, settings)].sort(([a], [b]) => byBytes(a, b));
  const keys = fields.map(([name], i) => `${i === 0 ? '' : ','}${JSON.stringify(name)}:`);
  const writers = fields.map(([, write]) => write);
  // Events come one at a time and nothing of this leaves the function.
  const room = newSlotValues();
  return function json(event) {
    const values = readSlots(output, event, room);
    let line = head;
    if (includeMessage || includeOutput) {
      const message = messageText(output, values);
      line += includeMessage ? `,"message":${JSON.stringify(message)}` : '';
      line += includeOutput ? `,"output":${JSON.stringify(lineOf(event, message))}` : '';
    }
    if (includeFields) {
      line += ',"output_fields":{';
      for (let i = 0; i < writers.length; i++) {
        // One key for each writer.
        line += (keys[i] as string) + (writers[i] as FieldJson)(event, values);
      }
      line += '}';
    }
    return `${line}${tail}${isoText(event.tsHi, event.tsLo)}Z"}`;
  };
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
    fields.set(slot.name, (event, values) => slotJson(slot, number, event, values));
  }
  fields.set(timeFieldName(settings), ({ tsHi, tsLo }) => unsignedText(tsHi, tsLo));
  for (const extra of template.extraFields ?? []) {
    fields.set(fromByteString(extra.name), extraJson(extra));
  }
  return fields;
}

function slotJson(slot: OutputSlot, number: number, event: EventView, { values, texts }: SlotValues): string {
  if (slot.readJson !== null) {
    return String(slot.readJson(event));
  }
  const value = values[number] ?? null;
  return value === null ? 'null' : slot.printer.json(value, texts[number] ?? '');
}

function extraJson({ name, output, typed }: ExtraField): FieldJson {
  if (!typed) {
    return (event) => JSON.stringify(formatOutput(output, event));
  }
  const number = output.slots.findIndex((slot) => slot.name === fromByteString(name));
  const slot = output.slots[number];
  const room = newSlotValues();
  return (event) =>
    slot === undefined ? 'null' : slotJson(slot, number, event, readSlots(output, event, room));
}
