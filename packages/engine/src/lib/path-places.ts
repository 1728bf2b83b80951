import { type EventInfo, eventTable } from '../event-table.ts';

/** A path of a system call that may be relative. */
export interface PathPlace {
  /** The parameter with the path. */
  readonly path: number;
  /** The parameter with the descriptor of the directory where it starts; null: the working directory. */
  readonly directory: number | null;
}

/** The most that a call has. */
export const maxPathPlaces = 2;

/** Calls after which the working directory is another one: where they lead to is told like a directory of a path. */
const changes = ['SYSCALL_CHDIR_X', 'SYSCALL_FCHDIR_X'];
/** Their paths are no arguments of the call, or the call changes what they start from. */
const without = /^SYSCALL_(?:EXECVE|EXECVEAT|CHROOT|OPEN_BY_HANDLE_AT)_/;

/** By event type: its paths, in the order of their parameters. */
export const pathPlaces: readonly (readonly PathPlace[])[] = eventTable.map(placesOf);

function placesOf({ code, isEnter, params }: EventInfo): readonly PathPlace[] {
  if (isEnter || without.test(code)) {
    return [];
  }
  if (changes.includes(code)) {
    return [{ path: 1, directory: null }];
  }
  const places: PathPlace[] = [];
  for (const [path, { type, dirfd }] of params.entries()) {
    if (type === 'FSPATH' || type === 'FSRELPATH') {
      places.push({ path, directory: dirfd ?? null });
    }
  }
  return places.slice(0, maxPathPlaces);
}
