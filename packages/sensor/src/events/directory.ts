import { type EventView, joinPath } from '@lanner/engine';
import { defineEventHandler } from '../event-handler.ts';
import { int64, textOf, unknownText } from '../lib/params.ts';
import type { StateTables } from '../state/tables.ts';

export const eventHandler = defineEventHandler({
  id: 'directory',
  doc: 'chdir, fchdir and getcwd tell the working directory, chroot the root directory.',
  on: {
    SYSCALL_CHDIR_X: changeDirectory,
    SYSCALL_GETCWD_X: changeDirectory,
    SYSCALL_FCHDIR_X: fchdir,
    SYSCALL_CHROOT_X: chroot,
  },
});

function changeDirectory(event: EventView, state: StateTables): void {
  if (int64(event, 0, -1) >= 0 && !isTold(event, state)) {
    state.currentThread?.changeDirectory(textOf(event, 1));
  }
}

function fchdir(event: EventView, state: StateTables): void {
  if (int64(event, 0, -1) >= 0 && state.currentFd !== null && !isTold(event, state)) {
    state.currentThread?.changeDirectory(state.currentFd.name);
  }
}

function chroot(event: EventView, state: StateTables): void {
  const result = int64(event, 0, -1);
  const thread = state.currentThread;
  if (thread !== null && result === 0) {
    const path = textOf(event, 1);
    const isFinal = path === '' || path === unknownText || path.startsWith('/');
    thread.root = isFinal ? path : joinPath(thread.workingDirectory, path);
  }
  if (result >= 0) {
    state.attachContainer(event.tid);
  }
}

/** The kernel has said where it leads to, and that has been taken already. */
function isTold(event: EventView, state: StateTables): boolean {
  return state.trustsKernel && (event.live?.directory(0) ?? null) !== null;
}
