import type { EventView } from '../event.ts';
import { type EventInfo, eventTable } from '../event-table.ts';
import { defineFields, type Field } from '../field.ts';
import { ioKind } from '../lib/category.ts';
import { isFile, isIpServer, isIpSocket } from '../lib/fd-types.ts';
import { creatEvent, creatMode, executableMode, openBits as open, openParams } from '../lib/open-params.ts';
import { hasReturnValue, returnNumber } from '../lib/return-value.ts';
import type { Fd } from '../state.ts';
import type { FieldValue } from '../value.ts';

const isIo = byType(({ readsFromFd, writesToFd }) => readsFromFd || writesToFd);
const isRead = byType(({ readsFromFd }) => readsFromFd);
const isWrite = byType(({ writesToFd }) => writesToFd);
const isWait = byType(({ waits }) => waits);

export const fieldClass = defineFields({
  id: 'evt-io',
  className: 'evt',
  doc: 'What an event does with data, and how it opens files.',
  sources: ['syscall'],
  fields: [
    flag('evt.is_io', 'True for events that read from descriptors or write to them.', isIo),
    flag('evt.is_io_read', 'True for events that read from descriptors.', isRead),
    flag('evt.is_io_write', 'True for events that write to descriptors.', isWrite),
    {
      name: 'evt.io_dir',
      type: 'CHARBUF',
      doc: 'The word read or write for events that do so.',
      extract({ type }) {
        if (isWrite[type] === true) {
          return 'write';
        }
        return isRead[type] === true ? 'read' : null;
      },
    },
    flag('evt.is_wait', 'True for events that make their thread wait, such as poll.', isWait),
    {
      name: 'evt.is_syslog',
      type: 'BOOL',
      doc: 'True for events that write to /dev/log.',
      extract: ({ type, fd }) => isWrite[type] === true && fd !== null && fd.name.includes('/dev/log'),
    },
    bufferLength('evt.buflen', 'Bytes that were read or written.', { hidden: false }),
    bufferLength('evt.buflen.in', 'Bytes that were read.', { kind: 'read' }),
    bufferLength('evt.buflen.out', 'Bytes that were written.', { kind: 'write' }),
    bufferLength('evt.buflen.file', 'Bytes that were read from files or written to them.', { of: isFile }),
    bufferLength('evt.buflen.file.in', 'Bytes that were read from files.', { of: isFile, kind: 'read' }),
    bufferLength('evt.buflen.file.out', 'Bytes that were written to files.', { of: isFile, kind: 'write' }),
    bufferLength('evt.buflen.net', 'Bytes that were received or sent.', { of: isNet }),
    bufferLength('evt.buflen.net.in', 'Bytes that were received.', { of: isNet, kind: 'read' }),
    bufferLength('evt.buflen.net.out', 'Bytes that were sent.', { of: isNet, kind: 'write' }),
    {
      name: 'evt.is_open_read',
      type: 'BOOL',
      doc: 'True for calls that open a file for reading.',
      extract: (event) => (openFlags(event) & open.read) !== 0,
    },
    {
      name: 'evt.is_open_write',
      type: 'BOOL',
      doc: 'True for calls that open a file for writing.',
      extract: (event) => (openFlags(event) & open.write) !== 0,
    },
    {
      name: 'evt.is_open_exec',
      type: 'BOOL',
      doc: 'True for calls that create a file which may be executed.',
      extract: createsExecutable,
    },
    {
      name: 'evt.is_open_create',
      type: 'BOOL',
      doc: 'True for calls that created a file.',
      extract: createsFile,
    },
  ],
});

function byType(test: (info: EventInfo) => boolean): readonly boolean[] {
  return eventTable.map(test);
}

function flag(name: string, doc: string, values: readonly boolean[]): Field {
  return { name, type: 'BOOL', doc, extract: ({ type }) => values[type] === true };
}

function isNet(fd: Fd): boolean {
  return isIpSocket(fd) || isIpServer(fd);
}

interface BufferChoice {
  readonly kind?: 'read' | 'write';
  readonly of?: (fd: Fd) => boolean;
  readonly hidden?: boolean;
}

function bufferLength(name: string, doc: string, { kind, of, hidden = true }: BufferChoice): Field {
  return {
    name,
    type: 'UINT64',
    format: 'DEC',
    doc,
    hidden,
    extract(event): FieldValue {
      const moves = ioKind(event);
      if (event.fd === null || moves === null || (kind !== undefined && moves !== kind)) {
        return null;
      }
      if ((of !== undefined && !of(event.fd)) || !hasReturnValue(event)) {
        return null;
      }
      const length = returnNumber(event);
      return length >= 0 ? length : null;
    },
  };
}

function openFlags(event: EventView): number {
  const params = openParams[event.type];
  return params === undefined ? 0 : u32OrZero(event, params.flags);
}

function createsExecutable(event: EventView): boolean {
  if (event.type === creatEvent) {
    return (u32OrZero(event, creatMode) & executableMode) !== 0;
  }
  const mode = openParams[event.type]?.mode ?? -1;
  return (
    mode >= 0 &&
    (openFlags(event) & (open.temporary | open.create)) !== 0 &&
    (u32OrZero(event, mode) & executableMode) !== 0
  );
}

function createsFile(event: EventView): boolean {
  const flags = openFlags(event);
  if ((flags & open.created) !== 0) {
    return true;
  }
  return (flags & open.temporary) !== 0 && hasReturnValue(event) && returnNumber(event) >= 0;
}

function u32OrZero(event: EventView, index: number): number {
  return event.length(index) < 4 ? 0 : event.u32(index);
}
