import type { EventView } from '../event.ts';
import { eventId, eventTable } from '../event-table.ts';
import { defineFields, type Field } from '../field.ts';
import { belowBillion, billions } from '../lib/decimal.ts';
import { asyncName } from '../lib/event-name.ts';
import { compact } from '../lib/numbers.ts';
import { clockSecondsText, clockText, dateTimeSecondsText, dateTimeText, isoText } from '../render/time.ts';
import type { FieldValue } from '../value.ts';

const billion = 1_000_000_000n;
const asyncEvent = eventId('ASYNCEVENT_E');
const pluginEvent = eventId('PLUGINEVENT_E');
const isMeta: readonly boolean[] = eventTable.map(({ categories }) => categories.includes('METAEVENT'));
/** Plugins that make events of their own, by the id that these carry. */
const pluginNames: Readonly<Record<number, string>> = { 1: 'k8saudit' };

export const fieldClass = defineFields({
  id: 'evt-general',
  className: 'evt',
  doc: 'What every event has, wherever it comes from.',
  sources: 'all',
  fields: [
    {
      name: 'evt.num',
      type: 'UINT64',
      format: 'ID',
      doc: 'Number of the event; the first one is 1.',
      extract: (event) => event.num,
    },
    timeText('evt.time', 'Local time of day, with nanoseconds.', clockText),
    timeText('evt.time.s', 'Local time of day, in whole seconds.', clockSecondsText),
    timeText('evt.time.iso8601', 'Date and time in UTC as ISO 8601 has it, with nanoseconds.', iso8601Text),
    timeText('evt.datetime', 'Local date and time, with nanoseconds.', dateTimeText),
    timeText('evt.datetime.s', 'Local date and time, in whole seconds.', dateTimeSecondsText),
    {
      name: 'evt.rawtime',
      type: 'ABSTIME',
      format: 'DEC',
      doc: 'Nanoseconds since 1970.',
      extract: (event) => event.ts,
    },
    {
      name: 'evt.rawtime.s',
      type: 'ABSTIME',
      format: 'DEC',
      doc: 'Whole seconds since 1970.',
      extract: (event) => billions(event.tsHi, event.tsLo),
    },
    {
      name: 'evt.rawtime.ns',
      type: 'ABSTIME',
      format: '10_PADDED_DEC',
      doc: 'Nanoseconds of the second in which the event happened.',
      extract: rawNanoseconds,
      jsonExtract: rawNanoseconds,
    },
    {
      name: 'evt.reltime',
      type: 'RELTIME',
      format: '10_PADDED_DEC',
      doc: 'Nanoseconds since the first event.',
      extract: (event) => compact(sinceFirst(event)),
      jsonExtract: (event) => compact(BigInt.asIntN(64, sinceFirst(event))),
    },
    {
      name: 'evt.reltime.s',
      type: 'RELTIME',
      format: 'DEC',
      doc: 'Whole seconds since the first event.',
      extract: (event) => Number(sinceFirst(event) / billion),
    },
    {
      name: 'evt.reltime.ns',
      type: 'RELTIME',
      format: '10_PADDED_DEC',
      doc: 'Nanoseconds beyond the whole seconds since the first event.',
      extract: relativeNanoseconds,
      jsonExtract: relativeNanoseconds,
    },
    {
      name: 'evt.pluginname',
      type: 'CHARBUF',
      doc: 'Name of the plugin that the event comes from.',
      extract: (event) => (event.type === pluginEvent ? (pluginNames[pluginId(event)] ?? null) : null),
    },
    {
      name: 'evt.plugininfo',
      type: 'CHARBUF',
      doc: 'What the plugin says about its event in one text.',
      extract: (event) =>
        event.type === pluginEvent && pluginNames[pluginId(event)] !== undefined ? event.raw(1) : null,
    },
    {
      name: 'evt.source',
      type: 'CHARBUF',
      doc: 'Name of the source of the event, such as syscall or k8s_audit.',
      extract: (event) => (event.source === '' ? null : event.source),
    },
    {
      name: 'evt.is_async',
      type: 'BOOL',
      doc: 'True for events that no system call caused, such as one about a container.',
      extract: (event) => isMeta[event.type] === true,
    },
    {
      name: 'evt.asynctype',
      type: 'CHARBUF',
      doc: 'Kind of an event that no system call caused, such as container.',
      extract(event) {
        if (isMeta[event.type] !== true) {
          return null;
        }
        return event.type === asyncEvent ? asyncName(event) : event.info.name;
      },
    },
    {
      name: 'evt.hostname',
      type: 'CHARBUF',
      doc: 'Name of the host that the event happened on; FALCO_HOSTNAME in the environment replaces it.',
      extract: (event) => event.state.hostname,
    },
  ],
});

// The text is a time of day or a date; in JSON all of them are ns since 1970.
function timeText(
  name: string,
  doc: string,
  text: (hi: number, lo: number, offsetS: number) => string,
): Field {
  return {
    name,
    type: 'CHARBUF',
    doc,
    extract: ({ tsHi, tsLo, state }) => text(tsHi, tsLo, state.utcOffsetS ?? 0),
    jsonExtract: (event) => event.ts,
  };
}

function iso8601Text(hi: number, lo: number): string {
  return `${isoText(hi, lo)}+0000`;
}

function rawNanoseconds(event: EventView): FieldValue {
  return belowBillion(event.tsHi, event.tsLo);
}

function sinceFirst(event: EventView): bigint {
  return BigInt.asUintN(64, event.ts - event.state.firstTs);
}

function relativeNanoseconds(event: EventView): FieldValue {
  return Number(sinceFirst(event) % billion);
}

function pluginId(event: EventView): number {
  return event.length(0) < 4 ? 0 : event.u32(0);
}
