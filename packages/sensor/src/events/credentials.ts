import { allCapabilities, type EventView } from '@lanner/engine';
import { defineEventHandler } from '../event-handler.ts';
import { int64, uint, uint64 } from '../lib/params.ts';
import { cloneFlags } from '../lib/ppm-flags.ts';
import type { StateTables } from '../state/tables.ts';

export const eventHandler = defineEventHandler({
  id: 'credentials',
  doc: 'setuid, setgid and their kin change the user and group that count, capset, setns and unshare the capabilities.',
  on: {
    SYSCALL_SETUID_X: (event, state) => setUser(event, state, 1),
    SYSCALL_SETREUID_X: (event, state) => setUser(event, state, 2),
    SYSCALL_SETRESUID_X: (event, state) => setUser(event, state, 2),
    SYSCALL_SETGID_X: (event, state) => setGroup(event, state, 1),
    SYSCALL_SETREGID_X: (event, state) => setGroup(event, state, 2),
    SYSCALL_SETRESGID_X: (event, state) => setGroup(event, state, 2),
    SYSCALL_CAPSET_X: capset,
    SYSCALL_UNSHARE_X: (event, state) => enterNamespace(event, state, 1),
    SYSCALL_SETNS_X: (event, state) => enterNamespace(event, state, 2),
  },
});

/** `parameter` holds the effective id. */
function setUser(event: EventView, state: StateTables, parameter: number): void {
  if (int64(event, 0, -1) === 0 && event.has(parameter) && state.currentThread !== null) {
    state.currentThread.uid = uint(event, parameter);
  }
}

function setGroup(event: EventView, state: StateTables, parameter: number): void {
  if (int64(event, 0, -1) === 0 && event.has(parameter) && state.currentThread !== null) {
    state.currentThread.gid = uint(event, parameter);
  }
}

function capset(event: EventView, state: StateTables): void {
  const thread = state.currentThread;
  if (thread !== null && int64(event, 0, -1) >= 0) {
    thread.capInheritable = uint64(event, 1);
    thread.capPermitted = uint64(event, 2);
    thread.capEffective = uint64(event, 3);
  }
}

// In a user namespace of its own a process may do anything.
function enterNamespace(event: EventView, state: StateTables, flags: number): void {
  const thread = state.currentThread;
  if (thread === null || int64(event, 0, -1) < 0 || (uint(event, flags) & cloneFlags.newUser) === 0) {
    return;
  }
  thread.capInheritable = allCapabilities;
  thread.capPermitted = allCapabilities;
  thread.capEffective = allCapabilities;
}
