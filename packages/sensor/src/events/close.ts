import type { EventView } from '@lanner/engine';
import { defineEventHandler } from '../event-handler.ts';
import { int64, uint } from '../lib/params.ts';
import { closeRangeCloseOnExec, openFlags } from '../lib/ppm-flags.ts';
import type { StateTables } from '../state/tables.ts';

export const eventHandler = defineEventHandler({
  id: 'close',
  doc: 'close and close_range end descriptors; the event of a close still sees the one that goes.',
  on: {
    SYSCALL_CLOSE_X: close,
    SYSCALL_CLOSE_RANGE_X: closeRange,
  },
});

function close(event: EventView, state: StateTables): void {
  if (state.currentFd !== null && int64(event, 0, -1) >= 0) {
    state.closeLater();
  }
}

function closeRange(event: EventView, state: StateTables): void {
  const table = state.currentThread?.fdEntries ?? null;
  if (table === null || int64(event, 0, -1) < 0) {
    return;
  }
  const first = uint(event, 1);
  const last = uint(event, 2);
  if ((uint(event, 3) & closeRangeCloseOnExec) === 0) {
    state.counters.nRemovedFds += table.deleteWhere((fd) => fd >= first && fd <= last);
    return;
  }
  for (const [fd, entry] of table.entries()) {
    if (fd >= first && fd <= last) {
      const own = entry.isShared ? entry.copy() : entry;
      own.openFlags |= openFlags.closeOnExec;
      table.set(fd, own);
    }
  }
}
