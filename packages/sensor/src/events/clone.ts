import { type EventView, threadFlags } from '@lanner/engine';
import { defineEventHandler } from '../event-handler.ts';
import { int64, uint } from '../lib/params.ts';
import { cloneFlags } from '../lib/ppm-flags.ts';
import {
  cloneParameters,
  fillNewThread,
  fillVirtualIds,
  inheritProperties,
  inheritResources,
  isThreadOfGroup,
  pidnsStart,
  processParameters,
  shareLeaderFds,
} from '../state/new-thread.ts';
import type { StateTables } from '../state/tables.ts';
import type { ThreadEntry } from '../state/thread-entry.ts';

export const eventHandler = defineEventHandler({
  id: 'clone',
  doc: 'clone, clone3, fork and vfork make threads and processes; parent and child both report it, in either order.',
  on: {
    SYSCALL_CLONE_20_X: clone,
    SYSCALL_FORK_20_X: clone,
    SYSCALL_VFORK_20_X: (event, state) => cloneWith(event, state, true),
    SYSCALL_CLONE3_X: clone,
  },
});

/** A child that was made longer ago is another one, whose exit has been missed. */
const staleNs = 2_000_000_000n;

function clone(event: EventView, state: StateTables): void {
  cloneWith(event, state, (uint(event, cloneParameters.flags) & cloneFlags.vfork) !== 0);
}

function cloneWith(event: EventView, state: StateTables, isVfork: boolean): void {
  const result = int64(event, 0, -1);
  if (result < 0) {
    return;
  }
  if (result === 0) {
    returnInChild(event, state);
  } else {
    returnInCaller(event, state, result, isVfork);
  }
  state.attachContainer(event.tid);
}

function returnInCaller(event: EventView, state: StateTables, childTid: number, isVfork: boolean): void {
  const caller = state.threads.get(event.tid);
  state.currentThread = caller;
  if (caller === null) {
    return;
  }
  const isCallerKnown = !caller.isInvalid;
  if (!isCallerKnown) {
    completeCaller(caller, event, state);
  }
  if (isLeftToChild(event, caller) || isVfork) {
    return;
  }
  if (state.threads.exited.has(childTid, event.tid, event.ts)) {
    return;
  }
  const known = state.threads.find(childTid);
  if (known !== null) {
    if ((known.flags & cloneFlags.inverted) !== 0) {
      return;
    }
    // The exit of an older thread with the same id has been missed.
    state.threads.remove(childTid);
  }
  const child = childOfCaller(event, state, caller, childTid, isCallerKnown);
  if (state.threads.add(child, true) !== null && known !== null) {
    state.lookUp(event);
  }
}

// The event tells of a caller that nothing was known of.
function completeCaller(caller: ThreadEntry, event: EventView, state: StateTables): void {
  caller.pid = int64(event, processParameters.pid);
  caller.ptid = int64(event, processParameters.ptid);
  fillVirtualIds(caller, event);
  state.threads.relate(caller);
}

// The number that clone gives the caller means something only inside the caller's pid namespace. Old captures do not
// tell whether the child of CLONE_PARENT, which container runtimes use, is in one.
function isLeftToChild(event: EventView, caller: ThreadEntry): boolean {
  const elsewhere = threadFlags.childInPidns | cloneFlags.newPid | cloneFlags.parent;
  return (uint(event, cloneParameters.flags) & elsewhere) !== 0 || caller.tid !== caller.vtid;
}

function childOfCaller(
  event: EventView,
  state: StateTables,
  caller: ThreadEntry,
  childTid: number,
  isCallerKnown: boolean,
): ThreadEntry {
  const child = state.threads.create(childTid);
  child.flags = uint(event, cloneParameters.flags);
  if (isThreadOfGroup(child)) {
    child.pid = caller.pid;
    child.ptid = caller.ptid;
    child.execTs = caller.execTs;
    shareLeaderFds(child);
  } else {
    child.pid = childTid;
    child.ptid = caller.tid;
    if (isCallerKnown) {
      inheritResources(child, caller);
    }
  }
  child.vtid = child.tid;
  child.vpid = child.pid;
  fillNewThread(child, event, state);
  child.pidnsInitStartTs = state.bootTs;
  if (isCallerKnown) {
    inheritProperties(child, caller);
  } else {
    takeCommand(caller, child);
  }
  return child;
}

function returnInChild(event: EventView, state: StateTables): void {
  const known = state.currentThread;
  if (known !== null && known.cloneTs !== 0n) {
    // The caller's event came first and has said everything.
    if (BigInt.asUintN(64, event.ts - known.cloneTs) < staleNs) {
      return;
    }
    state.threads.remove(event.tid);
    state.currentThread = null;
  }
  const child = state.threads.create(event.tid);
  const isComplete = fillChild(child, event, state);
  const added = isComplete ? state.threads.add(child, true) : null;
  state.currentThread = added;
}

/** False when there is no room for the thread that the child would have its properties from. */
function fillChild(child: ThreadEntry, event: EventView, state: StateTables): boolean {
  child.pid = int64(event, processParameters.pid);
  child.ptid = int64(event, processParameters.ptid);
  fillVirtualIds(child, event);
  child.flags = uint(event, cloneParameters.flags) | cloneFlags.inverted;
  const isThread = isThreadOfGroup(child);
  if (isThread) {
    shareLeaderFds(child);
  }
  const source = state.threads.get(isThread ? child.pid : child.ptid);
  if (source === null) {
    return false;
  }
  const isSourceKnown = !source.isInvalid;
  if (!isSourceKnown && isThread) {
    completeLeader(source, child, state);
  }
  fillNewThread(child, event, state);
  if (isSourceKnown) {
    inheritProperties(child, source);
    if (isThread) {
      child.execTs = source.execTs;
    } else {
      inheritResources(child, source);
    }
  } else if (isThread) {
    takeCommand(source, child);
  }
  fillNamespaceStart(child, event, state);
  return true;
}

// A new thread tells of a leader that nothing was known of.
function completeLeader(leader: ThreadEntry, child: ThreadEntry, state: StateTables): void {
  leader.pid = child.pid;
  leader.ptid = child.ptid;
  leader.vpid = child.vpid;
  leader.vtid = leader.vpid;
  state.threads.relate(leader);
}

function takeCommand(thread: ThreadEntry, from: ThreadEntry): void {
  thread.exe = from.exe;
  thread.comm = from.comm;
  thread.args = from.args;
}

function fillNamespaceStart(child: ThreadEntry, event: EventView, state: StateTables): void {
  const isInNamespace =
    (child.flags & (threadFlags.childInPidns | cloneFlags.newPid)) !== 0 || child.tid !== child.vtid;
  if (!isInNamespace) {
    child.pidnsInitStartTs = state.bootTs;
  } else if (event.has(cloneParameters.pidnsInitStartTs)) {
    child.pidnsInitStartTs = pidnsStart(event, state);
  }
}
