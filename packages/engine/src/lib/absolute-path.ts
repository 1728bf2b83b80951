import type { EventView } from '../event.ts';
import { eventId } from '../event-table.ts';
import type { FieldArgument } from '../field.ts';
import type { Thread } from '../state.ts';
import { joinPath } from './path.ts';
import { paramIndex, paramValue } from './params.ts';
import { returnNumber } from './return-value.ts';
import { workingDirectory } from './threads.ts';

/** Names of the parameters that hold a directory's descriptor and a name in it. */
interface PathParams {
  readonly directory: string;
  readonly path: string;
}

interface EventPaths {
  readonly source: PathParams;
  /** For calls with two paths. */
  readonly target?: PathParams;
}

const openByHandle = eventId('SYSCALL_OPEN_BY_HANDLE_AT_X');
const currentDirectory = -100;

const rename: EventPaths = {
  source: { directory: 'olddirfd', path: 'oldpath' },
  target: { directory: 'newdirfd', path: 'newpath' },
};
const named: EventPaths = single('dirfd', 'name');

const pathsByEvent: ReadonlyMap<number, EventPaths> = new Map(
  Object.entries({
    SYSCALL_RENAMEAT_X: rename,
    SYSCALL_RENAMEAT2_X: rename,
    SYSCALL_SYMLINKAT_X: single('linkdirfd', 'linkpath'),
    SYSCALL_OPENAT_2_X: named,
    SYSCALL_OPENAT2_X: named,
    SYSCALL_LINKAT_2_X: {
      source: { directory: 'olddir', path: 'oldpath' },
      target: { directory: 'newdir', path: 'newpath' },
    },
    SYSCALL_UNLINKAT_2_X: named,
    SYSCALL_MKDIRAT_X: single('dirfd', 'path'),
    SYSCALL_FCHMODAT_X: single('dirfd', 'filename'),
    SYSCALL_FCHOWNAT_X: single('dirfd', 'pathname'),
  }).map(([code, paths]) => [eventId(code), paths] as const),
);

/**
 * The path of a call that takes a directory's descriptor and a name: absolute as far as the directory is known, with
 * `.` and `..` resolved. `which` is `src` or `dst` for calls with two paths, of which the first is meant without it;
 * calls with one path do not care. Null for other calls, and when it is not known.
 */
export function absolutePath(event: EventView, which: FieldArgument): string | null {
  const { thread } = event;
  if (thread === null) {
    return null;
  }
  if (event.type === openByHandle) {
    return event.has(0) && returnNumber(event) > 0 ? joinPath('', textOf(event, 3)) : null;
  }
  const paths = pathsByEvent.get(event.type);
  if (paths === undefined) {
    return null;
  }
  const { directory, path } = which === 'dst' ? (paths.target ?? paths.source) : paths.source;
  return joined(event, thread, paramIndex(event, directory), paramIndex(event, path));
}

function single(directory: string, path: string): EventPaths {
  return { source: { directory, path } };
}

function joined(event: EventView, thread: Thread, directoryIndex: number, pathIndex: number): string | null {
  if (directoryIndex < 0 || pathIndex < 0 || event.length(directoryIndex) < 8 || !event.has(pathIndex)) {
    return null;
  }
  const path = textOf(event, pathIndex);
  return joinPath(directoryText(thread, path, event.i64(directoryIndex)), path);
}

function directoryText(thread: Thread, path: string, fd: number): string {
  if (path.startsWith('/')) {
    return '.';
  }
  if (fd === currentDirectory) {
    return workingDirectory(thread);
  }
  // A name that ends with a slash gets another one: Falco looks for it behind the name's end.
  return `${thread.fds.get(fd)?.name ?? '<UNKNOWN>'}/`;
}

function textOf(event: EventView, index: number): string {
  const value = paramValue(event, index);
  return typeof value === 'string' ? value : '';
}
