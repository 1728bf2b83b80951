import { type EventView, joinPath, threadFlags, unset } from '@lanner/engine';
import { defineEventHandler } from '../event-handler.ts';
import { type EnterCall, readEnterCall } from '../lib/enter-call.ts';
import { int64, textOf, uint, uint64, unknownText } from '../lib/params.ts';
import { cloneFlags, execFlags, execveatEmptyPath } from '../lib/ppm-flags.ts';
import { execveatEnter } from '../state/event-kinds.ts';
import { directoryPath, unknownDirectory } from '../state/directory-path.ts';
import { fillProcess, processParameters } from '../state/new-thread.ts';
import type { StateTables } from '../state/tables.ts';
import type { ThreadEntry } from '../state/thread-entry.ts';

export const eventHandler = defineEventHandler({
  id: 'execve',
  doc: 'execve and execveat start another program in a process; its other threads end.',
  on: {
    SYSCALL_EXECVE_19_E: enterExecve,
    SYSCALL_EXECVEAT_E: enterExecveat,
    SYSCALL_EXECVE_19_X: execve,
    SYSCALL_EXECVEAT_X: execve,
  },
});

/** Parameters behind those that clone has too. */
const parameters = {
  env: 15,
  tty: 16,
  vpgid: 17,
  loginuid: 18,
  flags: 19,
  capInheritable: 20,
  capPermitted: 21,
  capEffective: 22,
  inode: 23,
  inodeCtime: 24,
  inodeMtime: 25,
  uid: 26,
  exePath: 27,
  pgid: 28,
  gid: 29,
} as const;

function enterExecve(event: EventView, state: StateTables): void {
  keep(event.has(0) ? readEnterCall(event, { path: 0 }) : null, state);
}

function enterExecveat(event: EventView, state: StateTables): void {
  keep(readEnterCall(event, { dirFd: 0, path: 1, flags: 2 }), state);
}

function keep(call: EnterCall | null, state: StateTables): void {
  if (call !== null) {
    state.keepEnterCall(call);
  }
}

function execve(event: EventView, state: StateTables): void {
  if (int64(event, 0, -1) < 0) {
    return;
  }
  const thread = state.currentThread;
  if (thread !== null) {
    startProgram(thread, event, state);
    endOtherThreads(thread, state);
  }
  state.attachContainer(event.tid);
}

function startProgram(thread: ThreadEntry, event: EventView, state: StateTables): void {
  resurrect(thread);
  fillProcess(thread, event, state);
  thread.execTs = event.ts;
  thread.pid = int64(event, processParameters.pid);
  if (thread.isInvalid) {
    completeIdentity(thread, event, state);
  }
  if (event.has(parameters.env)) {
    thread.env = state.texts.list(event, parameters.env);
  }
  const path = event.has(parameters.exePath) ? textOf(event, parameters.exePath) : enteredPath(event, state);
  thread.exePath = path ?? thread.exePath;
  fillCredentials(thread, event);
  fillExecutable(thread, event);
  const closed = thread.fdEntries?.deleteWhere((_, fd) => fd.isCloseOnExec) ?? 0;
  state.counters.nRemovedFds += closed;
  // How the thread came to be no longer matters; what it is, and how it is piped, does.
  thread.flags &=
    cloneFlags.pipeSource | cloneFlags.pipeDestination | threadFlags.mainThread | cloneFlags.inverted;
}

// A thread that calls execve becomes the leader, also when the leader has exited before.
function resurrect(thread: ThreadEntry): void {
  if (thread.isDead) {
    thread.flags &= ~threadFlags.closed;
    if (thread.group !== null) {
      thread.group.aliveCount++;
    }
  }
}

function completeIdentity(thread: ThreadEntry, event: EventView, state: StateTables): void {
  thread.ptid = int64(event, processParameters.ptid);
  if ((thread.flags & threadFlags.childInPidns) === 0) {
    thread.vtid = thread.tid;
    thread.vpid = thread.pid;
  }
  state.threads.relate(thread);
}

function fillCredentials(thread: ThreadEntry, event: EventView): void {
  if (event.has(parameters.tty)) {
    thread.tty = uint(event, parameters.tty);
  }
  if (event.has(parameters.vpgid)) {
    thread.vpgid = int64(event, parameters.vpgid);
  }
  thread.pgid = int64(event, parameters.pgid, unset.pid);
  if (event.has(parameters.loginuid)) {
    thread.loginuid = uint(event, parameters.loginuid);
  }
  if (event.has(parameters.capEffective)) {
    thread.capInheritable = uint64(event, parameters.capInheritable);
    thread.capPermitted = uint64(event, parameters.capPermitted);
    thread.capEffective = uint64(event, parameters.capEffective);
  }
  if (event.has(parameters.uid)) {
    thread.uid = uint(event, parameters.uid);
  }
  if (event.has(parameters.gid)) {
    thread.gid = uint(event, parameters.gid);
  }
}

function fillExecutable(thread: ThreadEntry, event: EventView): void {
  if (event.has(parameters.flags)) {
    const flags = uint(event, parameters.flags);
    thread.exeWritable = (flags & execFlags.writable) !== 0;
    thread.exeUpperLayer = (flags & execFlags.upperLayer) !== 0;
    thread.exeLowerLayer = (flags & execFlags.lowerLayer) !== 0;
    thread.exeFromMemfd = (flags & execFlags.fromMemfd) !== 0;
  }
  if (!event.has(parameters.inodeMtime)) {
    return;
  }
  thread.exeInode = uint64(event, parameters.inode);
  thread.exeInodeCtime = uint64(event, parameters.inodeCtime);
  thread.exeInodeMtime = uint64(event, parameters.inodeMtime);
  if (thread.cloneTs !== 0n) {
    thread.exeCtimeToCloneNs = BigInt.asUintN(64, thread.cloneTs - thread.exeInodeCtime);
  }
  if (thread.pidnsInitStartTs !== 0n && thread.exeInodeCtime > thread.pidnsInitStartTs) {
    thread.pidnsStartToExeCtimeNs = thread.exeInodeCtime - thread.pidnsInitStartTs;
  }
}

// Old events do not have the path of the program; their enter events have what the caller asked for.
function enteredPath(event: EventView, state: StateTables): string | null {
  const call = state.enterCall(event);
  const thread = state.currentThread;
  if (call === null || thread === null) {
    return null;
  }
  if (call.type !== execveatEnter) {
    return call.path === unknownText ? unknownText : joinPath(thread.workingDirectory, call.path);
  }
  return execveatPath(call, thread, state);
}

function execveatPath(call: EnterCall, thread: ThreadEntry, state: StateTables): string {
  const directory = directoryPath(thread, call.path, call.dirFd);
  if (directory !== '.' && directory !== unknownDirectory) {
    // The event then shows the directory's descriptor.
    state.currentFd = state.fdOf(thread, call.dirFd);
  }
  const isDescriptor = (call.flags & execveatEmptyPath) !== 0;
  if (directory === unknownDirectory || (call.path === unknownText && !isDescriptor)) {
    return unknownText;
  }
  return isDescriptor ? joinPath('', directory) : joinPath(directory, call.path);
}

// The kernel ends them, whether or not their exits are reported.
function endOtherThreads(thread: ThreadEntry, state: StateTables): void {
  const { group } = thread;
  if (group === null || group.aliveCount <= 1) {
    return;
  }
  for (const other of [...group.threads()]) {
    if (!other.isMain && other !== thread) {
      state.threads.remove(other.tid);
    }
  }
}
