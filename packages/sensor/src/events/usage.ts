import type { EventView } from '@lanner/engine';
import { defineEventHandler } from '../event-handler.ts';
import { int64, uint } from '../lib/params.ts';
import type { StateTables } from '../state/tables.ts';

export const eventHandler = defineEventHandler({
  id: 'usage',
  doc: 'brk, mmap, munmap, context switches and procinfo events tell memory and CPU times.',
  on: {
    SYSCALL_BRK_4_X: memory,
    SYSCALL_MMAP_X: memory,
    SYSCALL_MMAP2_X: memory,
    SYSCALL_MUNMAP_X: memory,
    SCHEDSWITCH_6_E: contextSwitch,
    PROCINFO_E: procinfo,
  },
});

function memory(event: EventView, state: StateTables): void {
  const thread = state.currentThread;
  if (thread === null) {
    return;
  }
  if (event.has(1)) {
    thread.vmSizeKb = uint(event, 1);
  }
  if (event.has(3)) {
    thread.vmRssKb = uint(event, 2);
    thread.vmSwapKb = uint(event, 3);
  }
}

// The event is the thread's that stops running. Falco forgets how many CPUs the machine of a capture had, and with
// them the times of their switches.
function contextSwitch(event: EventView, state: StateTables): void {
  state.switchNs = state.system === null ? 0 : state.clock.noteSwitch(event, state.machine.cpuCount);
  const thread = state.currentThread;
  if (thread === null) {
    return;
  }
  thread.runNs += state.switchNs;
  if (!event.has(5)) {
    return;
  }
  thread.majorFaults = int64(event, 1);
  thread.minorFaults = int64(event, 2);
  const { main } = thread;
  if (main !== null) {
    main.vmSizeKb = uint(event, 3);
    main.vmRssKb = uint(event, 4);
    main.vmSwapKb = uint(event, 5);
  }
}

function procinfo(event: EventView, state: StateTables): void {
  const thread = state.currentThread;
  if (thread === null) {
    return;
  }
  thread.previousCpuUser = thread.lastCpuUser;
  thread.previousCpuSystem = thread.lastCpuSystem;
  thread.lastCpuUser = int64(event, 0);
  thread.lastCpuSystem = int64(event, 1);
}
