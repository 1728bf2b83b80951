import type { EventView } from '../event.ts';
import { defineFields, type Field, type FieldArgument } from '../field.ts';
import { compact } from '../lib/numbers.ts';
import { clockText } from '../render/time.ts';
import type { FieldValue, PrintFormat } from '../value.ts';

const billion = 1_000_000_000n;
const million = 1_000_000n;
const noEnterEvents = 'Use evt.rawtime: enter events are no longer recorded, so the value is always 0.';

export const fieldClass = defineFields({
  id: 'evt-time',
  className: 'evt',
  doc: 'Times of an event in relation to others.',
  sources: ['syscall'],
  fields: [
    latency('evt.latency', 'Nanoseconds that the system call took; always 0.'),
    latency('evt.latency.s', 'Whole seconds that the system call took; always 0.'),
    latency(
      'evt.latency.ns',
      'Nanoseconds beyond the whole seconds of evt.latency; always 0.',
      '10_PADDED_DEC',
    ),
    {
      name: 'evt.latency.quantized',
      type: 'UINT64',
      format: 'DEC',
      doc: 'Order of magnitude of evt.latency; always 0.',
      deprecated: noEnterEvents,
      hidden: true,
      extract: zero,
    },
    {
      name: 'evt.latency.human',
      type: 'CHARBUF',
      doc: 'Duration of the system call as readers like it; always 0ns.',
      deprecated: noEnterEvents,
      extract: () => '0ns',
    },
    latency('evt.wait_latency', 'Nanoseconds that the system call waited; always 0.'),
    {
      name: 'evt.deltatime',
      type: 'RELTIME',
      format: 'DEC',
      doc: 'Nanoseconds since the event before.',
      extract: (event) => compact(sincePrevious(event)),
      jsonExtract: zero,
    },
    {
      name: 'evt.deltatime.s',
      type: 'RELTIME',
      format: 'DEC',
      doc: 'Whole seconds since the event before.',
      extract: (event) => Number(sincePrevious(event) / billion),
      jsonExtract: zero,
    },
    {
      name: 'evt.deltatime.ns',
      type: 'RELTIME',
      format: '10_PADDED_DEC',
      doc: 'Nanoseconds beyond the whole seconds since the event before.',
      extract: (event) => Number(sincePrevious(event) % billion),
      jsonExtract: zero,
    },
    {
      name: 'evt.outputtime',
      type: 'CHARBUF',
      doc: 'Time of the event in the form that outputs start with: the same as evt.time.',
      filterable: false,
      extract: ({ tsHi, tsLo, state }) => clockText(tsHi, tsLo, state.utcOffsetS ?? 0),
      jsonExtract: (event) => event.ts,
    },
    {
      name: 'evt.around',
      type: 'UINT64',
      format: 'DEC',
      doc: 'Milliseconds between the event and a time in ns since 1970; equal to a number when they are at most that many.',
      argument: 'required',
      argumentKinds: ['index'],
      printable: false,
      transformable: false,
      rightHand: false,
      equalUpTo: true,
      extract: distanceMs,
    },
  ],
});

function latency(name: string, doc: string, format: PrintFormat = 'DEC'): Field {
  return { name, type: 'RELTIME', format, doc, deprecated: noEnterEvents, extract: zero, jsonExtract: zero };
}

// Falco reads a value for JSON twice, and the second time the event before is the event itself.
function zero(): FieldValue {
  return 0;
}

function sincePrevious(event: EventView): bigint {
  const { previousTs } = event.state;
  return previousTs === 0n ? 0n : BigInt.asUintN(64, event.ts - previousTs);
}

// Rounded up, so that "at most n ms" holds for the number exactly when it holds for the ns.
function distanceMs(event: EventView, argument: FieldArgument): FieldValue {
  if (argument === undefined || !/^\d+$/.test(String(argument))) {
    return null;
  }
  const distance = event.ts - BigInt(argument);
  return compact(((distance < 0n ? -distance : distance) + million - 1n) / million);
}
