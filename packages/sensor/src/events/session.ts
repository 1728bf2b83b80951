import type { EventView } from '@lanner/engine';
import { defineEventHandler } from '../event-handler.ts';
import { int64, uint } from '../lib/params.ts';
import { fileLimit, prctlOptions } from '../lib/ppm-flags.ts';
import type { StateTables } from '../state/tables.ts';

export const eventHandler = defineEventHandler({
  id: 'session',
  doc: 'setsid starts a session, prctl makes a process take over orphans, setrlimit and prlimit bound the descriptors.',
  on: {
    SYSCALL_SETSID_X: setsid,
    SYSCALL_PRCTL_X: prctl,
    SYSCALL_GETRLIMIT_X: rlimit,
    SYSCALL_SETRLIMIT_X: rlimit,
    SYSCALL_PRLIMIT_X: prlimit,
  },
});

function setsid(event: EventView, state: StateTables): void {
  const sid = int64(event, 0, -1);
  if (state.currentThread !== null && sid >= 0) {
    state.currentThread.sid = sid;
  }
}

function prctl(event: EventView, state: StateTables): void {
  const thread = state.currentThread;
  if (thread === null || thread.isInvalid || thread.group === null || int64(event, 0, -1) < 0) {
    return;
  }
  const option = uint(event, 1);
  if (option === prctlOptions.setChildSubreaper || option === prctlOptions.getChildSubreaper) {
    thread.group.isReaper = int64(event, 3) !== 0;
  }
}

// Falco takes no limit at all for one that it could not read.
const unknownLimit = -1;

function rlimit(event: EventView, state: StateTables): void {
  const main = state.currentThread?.main ?? null;
  const limit = int64(event, 1, unknownLimit);
  if (main !== null && int64(event, 0, -1) >= 0 && uint(event, 3) === fileLimit && limit !== unknownLimit) {
    main.fdLimit = limit;
  }
}

function prlimit(event: EventView, state: StateTables): void {
  const limit = int64(event, 1, unknownLimit);
  const isFileLimit = int64(event, 0, -1) === 0 && uint(event, 6) === fileLimit;
  if (!isFileLimit || limit === unknownLimit || !event.has(5)) {
    return;
  }
  const pid = int64(event, 5);
  const thread = state.threads.get(pid === 0 ? event.tid : pid);
  if (thread !== null && !thread.isInvalid && thread.main !== null) {
    thread.main.fdLimit = limit;
  }
}
