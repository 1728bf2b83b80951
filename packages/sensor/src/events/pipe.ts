import { type EventView, fdTypes } from '@lanner/engine';
import { defineEventHandler } from '../event-handler.ts';
import { int64, uint, uint64 } from '../lib/params.ts';
import { setUnixEnds } from '../lib/socket-ends.ts';
import { FdEntry } from '../state/fd-entry.ts';
import type { StateTables } from '../state/tables.ts';

export const eventHandler = defineEventHandler({
  id: 'pipe',
  doc: 'pipe, pipe2 and socketpair make both ends of a channel at once.',
  on: {
    SYSCALL_PIPE_X: (event, state) => pipe(event, state, 0),
    SYSCALL_PIPE2_X: (event, state) => pipe(event, state, uint(event, 4)),
    SOCKET_SOCKETPAIR_X: socketpair,
  },
});

function pipe(event: EventView, state: StateTables, flags: number): void {
  if (state.currentThread === null || int64(event, 0, -1) < 0) {
    return;
  }
  const inode = uint64(event, 3);
  for (const fd of [int64(event, 1), int64(event, 2)]) {
    const entry = new FdEntry(fdTypes.fifo, flags);
    entry.setInode(Number(BigInt.asIntN(32, inode)), Number(BigInt.asIntN(32, inode >> 32n)));
    state.addFd(fd, entry);
  }
}

// The event is about the first of the two.
function socketpair(event: EventView, state: StateTables): void {
  if (state.currentThread === null || int64(event, 0, -1) < 0) {
    return;
  }
  const first = int64(event, 1);
  const second = int64(event, 2);
  // As when neither could be read.
  if (first === second) {
    return;
  }
  const entry = new FdEntry(fdTypes.unix);
  setUnixEnds(entry.ends, uint64(event, 3), uint64(event, 4));
  const copy = entry.copy();
  state.addFd(first, entry);
  const { currentFd } = state;
  state.addFd(second, copy);
  state.currentFd = currentFd;
}
