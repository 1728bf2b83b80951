import type { EventView } from '../event.ts';
import { eventId, eventTable } from '../event-table.ts';
import { defineFields, type FieldArgument } from '../field.ts';
import { absolutePath } from '../lib/absolute-path.ts';
import { categoryText } from '../lib/category.ts';
import { eventName } from '../lib/event-name.ts';
import { paramIndex, paramValue } from '../lib/params.ts';
import { hasReturnValue, returnNumber, returnValue } from '../lib/return-value.ts';
import { type BufferFormat, bufferFieldText } from '../render/buffer.ts';
import { allParamsText, paramText, rawText } from '../render/param.ts';
import { rawParamPrint } from '../render/raw-param.ts';
import type { FieldValue } from '../value.ts';

const generic = eventId('GENERIC_X');
const isSyscall: readonly boolean[] = eventTable.map(({ categories }) => categories.includes('SYSCALL'));
/** The first event type of a name is its entry; the exit has the next number. */
const firstIds = new Map(eventTable.map(({ name, id }) => [name, id] as const).reverse());

export const fieldClass = defineFields({
  id: 'evt',
  doc: 'What the event is, its parameters and its result.',
  sources: ['syscall'],
  fields: [
    {
      name: 'evt.dir',
      type: 'CHARBUF',
      format: 'DIR',
      doc: 'Whether the event is the entry to a system call (>) or its exit (<).',
      deprecated: 'Remove it from the rule: nearly all events are exits.',
      extract: (event) => (event.info.isEnter ? '>' : '<'),
    },
    {
      name: 'evt.type',
      type: 'CHARBUF',
      doc: 'Name of the event, such as openat.',
      extract: eventName,
    },
    {
      name: 'evt.type.is',
      type: 'UINT32',
      doc: 'Tells (1) whether the event has the given name or number, as in evt.type.is.open.',
      argument: 'required',
      argumentKinds: ['dotted-name'],
      extract: (event, argument) => (isOfType(event, argument) ? 1 : 0),
    },
    {
      name: 'syscall.type',
      type: 'CHARBUF',
      doc: 'Name of the system call; nothing for events that are none.',
      extract: (event) => (isSyscall[event.type] === true ? eventName(event) : null),
    },
    {
      name: 'evt.category',
      type: 'CHARBUF',
      doc: 'What the event is about, such as file, net, process or memory.',
      extract: categoryText,
    },
    {
      name: 'evt.cpu',
      type: 'INT16',
      format: 'ID',
      doc: 'Number of the CPU that the event happened on.',
      extract: (event) => event.cpu,
    },
    {
      name: 'evt.args',
      type: 'CHARBUF',
      doc: 'All parameters with their names, in one text.',
      extract: (event) => argsText(event, 'dots'),
      print: (event, _, buffers) => argsText(event, buffers),
    },
    {
      name: 'evt.arg',
      type: 'CHARBUF',
      doc: 'One parameter by number or name, as what it stands for: a path, an address, names of flags or of an error.',
      argument: 'required',
      argumentKinds: ['index', 'dotted-name'],
      extract: (event, argument) => argText(event, argument, 'dots'),
      print: argText,
    },
    {
      name: 'evt.rawarg',
      type: 'DYN',
      doc: 'One parameter by name, in its own type.',
      argument: 'required',
      argumentKinds: ['dotted-name'],
      transformable: false,
      rightHand: false,
      extract(event, argument) {
        const index = argumentIndex(event, argument);
        return index < 0 ? null : paramValue(event, index);
      },
      print(event, argument, buffers) {
        const index = argumentIndex(event, argument);
        return index < 0 ? null : rawParamPrint(event, index, buffers);
      },
    },
    {
      name: 'evt.info',
      type: 'CHARBUF',
      doc: 'The same as evt.args.',
      extract: (event) => argsText(event, 'dots'),
      print: (event, _, buffers) => argsText(event, buffers),
    },
    {
      name: 'evt.buffer',
      type: 'BYTEBUF',
      doc: 'Data that was read, written, sent or received, as far as it was recorded.',
      extract(event) {
        const index = paramIndex(event, 'data');
        return index < 0 ? null : event.raw(index);
      },
      print: printedBuffer,
    },
    {
      name: 'evt.res',
      type: 'CHARBUF',
      format: 'DEC',
      doc: 'SUCCESS, or the name of the error with which the system call ended.',
      extract(event) {
        if (!hasReturnValue(event)) {
          return null;
        }
        return returnNumber(event) >= 0 ? 'SUCCESS' : paramText(event, 0, 'dots');
      },
    },
    {
      name: 'evt.rawres',
      type: 'INT64',
      format: 'DEC',
      doc: 'What the system call returned, as a number.',
      extract: returnValue,
    },
    {
      name: 'evt.failed',
      type: 'BOOL',
      doc: 'True when the system call returned an error.',
      extract: (event) => (hasReturnValue(event) ? returnNumber(event) < 0 : null),
    },
    {
      name: 'evt.abspath',
      type: 'CHARBUF',
      doc: 'Absolute path of the calls that take a directory and a name; .src and .dst choose where there are two.',
      argument: 'optional',
      argumentKinds: ['dotted-name'],
      extract: (event, argument) => absolutePath(event, argument),
    },
  ],
});

function isOfType(event: EventView, argument: FieldArgument): boolean {
  if (argument === undefined) {
    return false;
  }
  const number = Number(argument);
  if (Number.isInteger(number)) {
    return event.type === number;
  }
  const first = firstIds.get(String(argument));
  return first !== undefined && (event.type === first || event.type === first + 1);
}

// The parameters of a generic event are for Falco's own use.
function argsText(event: EventView, buffers: BufferFormat): string {
  return event.type === generic ? '' : allParamsText(event, buffers);
}

function argumentIndex(event: EventView, argument: FieldArgument): number {
  if (typeof argument === 'number') {
    const count = Math.min(event.paramCount, event.info.params.length);
    return argument >= 0 && argument < count ? argument : -1;
  }
  return argument === undefined ? -1 : paramIndex(event, argument);
}

function argText(event: EventView, argument: FieldArgument, buffers: BufferFormat): FieldValue {
  const index = argumentIndex(event, argument);
  return index < 0 ? null : paramText(event, index, buffers);
}

// An empty buffer reads NULL, as it does in evt.args. What is called data and is no buffer reads as the parameter does.
function printedBuffer(event: EventView, _: FieldArgument, buffers: BufferFormat): FieldValue {
  const index = paramIndex(event, 'data');
  if (index < 0) {
    return null;
  }
  return event.info.params[index]?.type === 'BYTEBUF' && event.has(index)
    ? bufferFieldText(event.raw(index), buffers)
    : rawText(event, index, buffers);
}
