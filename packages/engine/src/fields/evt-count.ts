import type { EventView } from '../event.ts';
import { eventId } from '../event-table.ts';
import { defineFields } from '../field.ts';
import { isAboutMemory } from '../lib/category.ts';
import { isFile, isIpServer, isIpSocket } from '../lib/fd-types.ts';
import { hasReturnValue, returnNumber } from '../lib/return-value.ts';
import { isMainThread } from '../lib/threads.ts';
import { type Fd, fdTypes } from '../state.ts';

const processInfo = eventId('PROCINFO_E');
/** Calls that are about files or connections even when they fail, which leaves no descriptor to tell by. */
const opening = eventIds(
  'SYSCALL_OPEN_X',
  'SYSCALL_CREAT_X',
  'SYSCALL_OPENAT_2_X',
  'SYSCALL_OPENAT2_X',
  'SYSCALL_OPEN_BY_HANDLE_AT_X',
);
const connecting = eventIds('SOCKET_ACCEPT_5_X', 'SOCKET_ACCEPT4_6_X', 'SOCKET_CONNECT_X');

export const fieldClass = defineFields({
  id: 'evt-count',
  className: 'evt',
  doc: 'Ones and zeros that add up to counts of events and of errors.',
  sources: ['syscall'],
  fields: [
    {
      name: 'evt.count',
      type: 'UINT32',
      format: 'DEC',
      doc: 'Always 1.',
      extract: () => 1,
    },
    {
      name: 'evt.count.error',
      type: 'UINT32',
      format: 'DEC',
      doc: 'Tells (1) whether the system call failed.',
      extract: errorCount,
    },
    {
      name: 'evt.count.error.file',
      type: 'UINT32',
      format: 'DEC',
      doc: 'Tells (1) whether a system call about a file failed; nothing for other calls.',
      extract: (event) => (concernsFile(event) ? errorCount(event) : null),
    },
    {
      name: 'evt.count.error.net',
      type: 'UINT32',
      format: 'DEC',
      doc: 'Tells (1) whether a system call about a connection failed; nothing for other calls.',
      extract: (event) => (concernsConnection(event) ? errorCount(event) : null),
    },
    {
      name: 'evt.count.error.memory',
      type: 'UINT32',
      format: 'DEC',
      doc: 'Tells (1) whether a system call about memory failed; nothing for other calls.',
      extract: (event) => (isAboutMemory(event) ? errorCount(event) : null),
    },
    {
      name: 'evt.count.error.other',
      type: 'UINT32',
      format: 'DEC',
      doc: 'Tells (1) whether a system call failed that is not about files, connections or memory.',
      extract: (event) => (concernsOther(event) ? errorCount(event) : null),
    },
    {
      name: 'evt.count.exit',
      type: 'UINT32',
      format: 'DEC',
      doc: 'Always 1 for exits of system calls; nothing for other events.',
      extract: ({ info }) => (info.isEnter ? null : 1),
    },
    {
      name: 'evt.count.procinfo',
      type: 'UINT32',
      format: 'DEC',
      doc: 'Tells (1) whether the event reports the CPU time of a process.',
      hidden: true,
      extract: ({ type, thread }) =>
        type === processInfo && thread !== null && isMainThread(thread) ? 1 : 0,
    },
    {
      name: 'evt.count.threadinfo',
      type: 'UINT32',
      format: 'DEC',
      doc: 'Tells (1) whether the event reports the CPU time of a thread.',
      hidden: true,
      extract: ({ type }) => (type === processInfo ? 1 : 0),
    },
  ],
});

function eventIds(...codes: readonly string[]): ReadonlySet<number> {
  return new Set(codes.map(eventId));
}

function errorCount(event: EventView): number | null {
  if (!hasReturnValue(event)) {
    return null;
  }
  return returnNumber(event) < 0 ? 1 : 0;
}

function concernsFile({ fd, type }: EventView): boolean {
  return fd === null ? opening.has(type) : isOnDisk(fd);
}

function concernsConnection({ fd, type }: EventView): boolean {
  return fd === null ? connecting.has(type) : isSocket(fd);
}

function concernsOther(event: EventView): boolean {
  const { fd, type } = event;
  if (fd !== null) {
    return !isOnDisk(fd) && !isSocket(fd);
  }
  return !opening.has(type) && !connecting.has(type) && !isAboutMemory(event);
}

function isOnDisk(fd: Fd): boolean {
  return isFile(fd) || fd.type === fdTypes.directory;
}

function isSocket(fd: Fd): boolean {
  return isIpSocket(fd) || isIpServer(fd) || fd.type === fdTypes.unix;
}
