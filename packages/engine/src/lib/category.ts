import type { EventView } from '../event.ts';
import { type EventInfo, eventTable } from '../event-table.ts';
import { type Fd, fdTypes } from '../state.ts';

/** What an event does to a descriptor's data. */
export type IoKind = 'read' | 'write' | 'other' | null;

/** Names that say where an event comes from; the other name is its category. */
const origins = new Set(['SYSCALL', 'TRACEPOINT', 'PLUGIN', 'METAEVENT', 'ITER']);

// By event type.
const categories: readonly string[] = eventTable.map(categoryOf);
const ioKinds: readonly IoKind[] = eventTable.map(ioKindOf);

/** What kind of thing the event is about, such as file, net or process; I/O counts by its descriptor. */
export function categoryText(event: EventView): string {
  return ioKinds[event.type] === null ? (categories[event.type] ?? 'unknown') : ioCategory(event.fd);
}

/** How the event moves data; null when it does not. */
export function ioKind(event: EventView): IoKind {
  return ioKinds[event.type] ?? null;
}

/** True for an event about memory. */
export function isAboutMemory(event: EventView): boolean {
  return categories[event.type] === 'memory';
}

function categoryOf(info: EventInfo): string {
  const category = info.categories.find((name) => !origins.has(name)) ?? 'UNKNOWN';
  return category === 'IPC' ? category : category.toLowerCase();
}

function ioKindOf(info: EventInfo): IoKind {
  const category = info.categories.find((name) => name.startsWith('IO_'));
  switch (category) {
    case undefined:
      return null;
    case 'IO_READ':
      return 'read';
    case 'IO_WRITE':
      return 'write';
    default:
      return 'other';
  }
}

const ioCategories: Readonly<Record<number, string>> = {
  [fdTypes.file]: 'file',
  [fdTypes.fileV2]: 'file',
  [fdTypes.directory]: 'file',
  [fdTypes.ipv4]: 'net',
  [fdTypes.ipv6]: 'net',
  [fdTypes.ipv4Server]: 'net',
  [fdTypes.ipv6Server]: 'net',
  [fdTypes.fifo]: 'ipc',
  [fdTypes.unix]: 'ipc',
  [fdTypes.event]: 'ipc',
  [fdTypes.signalfd]: 'ipc',
  [fdTypes.inotify]: 'ipc',
  [fdTypes.userfaultfd]: 'ipc',
};

function ioCategory(fd: Fd | null): string {
  return (fd === null ? undefined : ioCategories[fd.type]) ?? 'unknown';
}
