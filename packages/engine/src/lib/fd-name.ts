import type { EventView } from '../event.ts';
import { eventId } from '../event-table.ts';
import { paramValue } from './params.ts';
import { joinPath } from './path.ts';
import { tupleText } from './socket-text.ts';
import { workingDirectory } from './threads.ts';

const currentDirectory = -100;
const unknownDirectory = '<UNKNOWN>';

const namedByPath = new Set([eventId('SYSCALL_OPEN_X'), eventId('SYSCALL_CREAT_X')]);
const namedByTuple = new Set([
  eventId('SOCKET_ACCEPT_5_X'),
  eventId('SOCKET_ACCEPT4_6_X'),
  eventId('SOCKET_CONNECT_X'),
]);
const namedAtDirectory = new Set([eventId('SYSCALL_OPENAT_2_X'), eventId('SYSCALL_OPENAT2_X')]);
const openByHandle = eventId('SYSCALL_OPEN_BY_HANDLE_AT_X');

/** True for an event that creates, uses or closes a descriptor, of a thread that is known. */
export function concernsDescriptor({ info, thread }: EventView): boolean {
  return (info.usesFd || info.createsFd || info.destroysFd) && thread !== null;
}

/**
 * What the descriptor would be called that an event failed to make, from the event's parameters: as the program gave
 * it (`raw`) or resolved. '' for exit events that say nothing of a name, null for enter events.
 */
export function nameFromEvent(event: EventView, raw: boolean): string | null {
  const { type } = event;
  if (event.info.isEnter) {
    return null;
  }
  if (namedByPath.has(type)) {
    return pathArgument(event, 1);
  }
  if (namedByTuple.has(type)) {
    return tupleText(event.raw(1));
  }
  if (namedAtDirectory.has(type)) {
    return nameAtDirectory(event, raw);
  }
  return type === openByHandle ? pathParam(event, 3) : '';
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
    : joinPath(workingDirectory(event.thread), path);
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
