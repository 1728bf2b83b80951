import type { EventView } from '@lanner/engine';
import { defineEventHandler } from '../event-handler.ts';
import { int64, uint } from '../lib/params.ts';
import { cloneFlags, fcntlCommands, openFlags } from '../lib/ppm-flags.ts';
import type { StateTables } from '../state/tables.ts';

export const eventHandler = defineEventHandler({
  id: 'dup',
  doc: 'dup, dup2, dup3 and fcntl give a descriptor a second number, or change what becomes of it at an execve.',
  on: {
    SYSCALL_DUP_1_X: (event, state) => dup(event, state, 0),
    SYSCALL_DUP2_X: (event, state) => dup(event, state, 0),
    SYSCALL_DUP3_X: (event, state) => dup(event, state, uint(event, 3)),
    SYSCALL_FCNTL_X: fcntl,
  },
});

function dup(event: EventView, state: StateTables, flags: number): void {
  const { currentFd: original, currentThread: thread } = state;
  const fd = int64(event, 0, -1);
  if (thread === null || original === null || fd < 0) {
    return;
  }
  // Whoever gets another standard input or output is most likely part of a shell's pipe.
  if (fd === 0) {
    thread.flags |= cloneFlags.pipeDestination;
  } else if (fd === 1) {
    thread.flags |= cloneFlags.pipeSource;
  }
  const copy = original.copy();
  copy.clearCloseOnExec();
  copy.openFlags |= flags & openFlags.closeOnExec;
  state.addFd(fd, copy);
}

function fcntl(event: EventView, state: StateTables): void {
  const command = uint(event, 2);
  const fd = int64(event, 0, -1);
  if (fd < 0 || state.currentFd === null) {
    return;
  }
  if (command === fcntlCommands.setFd) {
    setCloseOnExec(event, state);
  } else if (command === fcntlCommands.dupFd || command === fcntlCommands.dupFdCloseOnExec) {
    const copy = state.currentFd.copy();
    copy.clearCloseOnExec();
    copy.openFlags |= command === fcntlCommands.dupFd ? 0 : openFlags.closeOnExec;
    state.addFd(fd, copy);
  }
}

/** The argument's bit, as the C library has it. */
const fdCloseOnExec = 1n;

function setCloseOnExec(event: EventView, state: StateTables): void {
  const fd = state.ownFd();
  if (fd === null) {
    return;
  }
  fd.clearCloseOnExec();
  const argument = event.length(3) === 8 ? event.view.getBigUint64(event.start(3), true) : 0n;
  if ((argument & fdCloseOnExec) !== 0n) {
    fd.openFlags |= openFlags.closeOnExec;
  }
}
