import { type EventView, threadFlags } from '@lanner/engine';
import { defineEventHandler } from '../event-handler.ts';
import { int64 } from '../lib/params.ts';
import type { StateTables } from '../state/tables.ts';

export const eventHandler = defineEventHandler({
  id: 'procexit',
  doc: 'A thread exits; its event still sees it. Its children go to the thread that the kernel names.',
  on: {
    PROCEXIT_1_E: procexit,
  },
});

const reaper = 4;

function procexit(event: EventView, state: StateTables): void {
  const thread = state.currentThread;
  if (thread === null) {
    return;
  }
  if (thread.group !== null && !thread.isDead) {
    thread.group.aliveCount--;
  }
  thread.flags |= threadFlags.closed;
  state.exitLater(event.tid);
  if (thread.listedChildren > 0) {
    thread.reaperTid = int64(event, reaper, -1);
  }
  if (thread.vtid === 1 && thread.vpid === 1 && thread.containerId !== '') {
    state.endContainerLater(thread.containerId);
  }
}
