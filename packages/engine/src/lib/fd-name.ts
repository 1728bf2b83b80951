import type { EventView } from '../event.ts';
import { eventTable } from '../event-table.ts';
import { paramValue } from './params.ts';
import type { Fd } from '../state.ts';
import { joinPath } from './path.ts';
import { tupleText } from './socket-text.ts';
import { workingDirectory } from './threads.ts';

const currentDirectory = -100;
const unknownDirectory = '<UNKNOWN>';

type Namer = (event: EventView, raw: boolean) => string | null;

// By event type. Other exit events say nothing of a name.
const namers: readonly Namer[] = eventTable.map(({ code, isEnter }) => {
  switch (code) {
    case 'SYSCALL_OPEN_X':
    case 'SYSCALL_CREAT_X':
      return (event) => pathArgument(event, 1);
    case 'SOCKET_ACCEPT_5_X':
    case 'SOCKET_ACCEPT4_6_X':
    case 'SOCKET_CONNECT_X':
      return (event) => tupleText(event.raw(1));
    case 'SYSCALL_OPENAT_2_X':
    case 'SYSCALL_OPENAT2_X':
      return nameAtDirectory;
    case 'SYSCALL_OPEN_BY_HANDLE_AT_X':
      return (event) => pathParam(event, 3);
    default:
      return isEnter ? () => null : () => '';
  }
});

/** True for an event that creates, uses or closes a descriptor, of a thread that is known. */
export function concernsDescriptor({ info, thread }: EventView): boolean {
  return (info.usesFd || info.createsFd || info.destroysFd) && thread !== null;
}

/**
 * The descriptor that the `fd` fields of an event tell about; null when there is none. A call that has made none shows
 * the one that the thread's last call was about, where that still counts (`EventView.fdNum`).
 */
export function describedFd(event: EventView): Fd | null {
  if (!concernsDescriptor(event)) {
    return null;
  }
  return event.fd ?? (event.fdNum < 0 ? null : (event.thread?.fds.get(event.fdNum) ?? null));
}

/**
 * What the descriptor would be called that an event failed to make, from the event's parameters: as the program gave
 * it (`raw`) or resolved. '' for exit events that say nothing of a name, null for enter events.
 */
export function nameFromEvent(event: EventView, raw: boolean): string | null {
  return namers[event.type]?.(event, raw) ?? null;
}

/** The directory (with its final slash) that a path starts from which is relative to descriptor `fd`. */
export function directoryOf({ thread }: EventView, path: string, fd: number): string {
  if (path.startsWith('/')) {
    return '.';
  }
  if (thread === null) {
    return unknownDirectory;
  }
  if (fd === currentDirectory) {
    return workingDirectory(thread);
  }
  const directory = thread.fds.get(fd)?.name;
  return directory === undefined ? unknownDirectory : withSlash(directory);
}

/** A directory's name with a slash at its end; '' stays. */
export function withSlash(directory: string): string {
  return directory === '' || directory.endsWith('/') ? directory : `${directory}/`;
}

/** A path parameter; `<NA>` where the kernel could not read it. */
export function pathParam(event: EventView, index: number): string {
  // Parameters of the types that hold paths are always texts.
  return paramValue(event, index) as string;
}

// As `evt.arg` shows it: resolved when relative, untouched when absolute.
function pathArgument(event: EventView, index: number): string {
  const path = pathParam(event, index);
  return path === '' || path === '<NA>' || path.startsWith('/') || event.thread === null
    ? path
    : joinPath(workingDirectory(event.thread), path) || path;
}

function nameAtDirectory(event: EventView, raw: boolean): string | null {
  if (!event.has(2)) {
    return null;
  }
  const name = pathParam(event, 2);
  if (raw) {
    return name;
  }
  return event.has(1) ? joinPath(directoryOf(event, name, event.i64(1)), name) : null;
}
