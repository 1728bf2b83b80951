import { type EventView, fdTypes } from '@lanner/engine';
import { defineEventHandler } from '../event-handler.ts';
import { int64, uint } from '../lib/params.ts';
import { openFlags } from '../lib/ppm-flags.ts';
import { FdEntry } from '../state/fd-entry.ts';
import type { StateTables } from '../state/tables.ts';

export const eventHandler = defineEventHandler({
  id: 'pidfd',
  doc: 'pidfd_open makes a descriptor of a process, pidfd_getfd takes one out of it.',
  on: {
    SYSCALL_PIDFD_OPEN_X: pidfdOpen,
    SYSCALL_PIDFD_GETFD_X: pidfdGetFd,
  },
});

function pidfdOpen(event: EventView, state: StateTables): void {
  const fd = int64(event, 0, -1);
  if (state.currentThread === null || fd < 0) {
    return;
  }
  const pid = int64(event, 1);
  const entry = new FdEntry(fdTypes.pidfd, uint(event, 2));
  entry.rename(`/proc/${pid}`);
  entry.pid = pid;
  state.addFd(fd, entry);
}

function pidfdGetFd(event: EventView, state: StateTables): void {
  const thread = state.currentThread;
  const fd = int64(event, 0, -1);
  if (thread === null || fd < 0) {
    return;
  }
  const process = state.fdOf(thread, int64(event, 1));
  if (process?.type !== fdTypes.pidfd) {
    return;
  }
  const owner = state.threads.find(process.pid);
  const original = owner === null ? null : state.fdOf(owner, int64(event, 2));
  if (original === null) {
    return;
  }
  const copy = original.copy();
  copy.clearCloseOnExec();
  copy.openFlags |= openFlags.closeOnExec;
  state.addFd(fd, copy);
}
