import { type EventView, threadFlags, unset } from '@lanner/engine';
import { int64, uint, uint64 } from '../lib/params.ts';
import { cloneFlags } from '../lib/ppm-flags.ts';
import type { StateTables } from './tables.ts';
import type { ThreadEntry } from './thread-entry.ts';

/** Parameters that the exit events of clone, clone3, fork and vfork share with execve's. */
export const processParameters = {
  exe: 1,
  args: 2,
  pid: 4,
  ptid: 5,
  fdLimit: 7,
  majorFaults: 8,
  minorFaults: 9,
  vmSize: 10,
  vmRss: 11,
  vmSwap: 12,
  comm: 13,
  cgroups: 14,
} as const;

/** Parameters that only they have. */
export const cloneParameters = {
  flags: 15,
  uid: 16,
  gid: 17,
  vtid: 18,
  vpid: 19,
  pidnsInitStartTs: 20,
} as const;

/** Command line, limits, memory and control groups, from an event that has them in `processParameters`. */
export function fillProcess(thread: ThreadEntry, event: EventView, state: StateTables): void {
  const { texts } = state;
  thread.exe = texts.text(event, processParameters.exe);
  // Old captures do not have the name.
  thread.comm = event.has(processParameters.comm) ? texts.text(event, processParameters.comm) : thread.exe;
  thread.args = texts.list(event, processParameters.args);
  thread.fdLimit = int64(event, processParameters.fdLimit);
  fillMemory(thread, event);
  thread.cgroups = texts.cgroups(event, processParameters.cgroups) ?? thread.cgroups;
}

// When one of them is there, all are.
function fillMemory(thread: ThreadEntry, event: EventView): void {
  if (event.has(processParameters.vmSwap)) {
    thread.majorFaults = int64(event, processParameters.majorFaults);
    thread.minorFaults = int64(event, processParameters.minorFaults);
    thread.vmSizeKb = uint(event, processParameters.vmSize);
    thread.vmRssKb = uint(event, processParameters.vmRss);
    thread.vmSwapKb = uint(event, processParameters.vmSwap);
  }
}

/** What a new thread has of its own, from the exit event of the clone in the child or in its parent. */
export function fillNewThread(child: ThreadEntry, event: EventView, state: StateTables): void {
  fillProcess(child, event, state);
  child.uid = event.has(cloneParameters.uid) ? uint(event, cloneParameters.uid) : unset.id;
  child.gid = event.has(cloneParameters.gid) ? uint(event, cloneParameters.gid) : unset.id;
  child.cloneTs = event.ts;
}

/** What a new thread has from the thread that made it, or from the leader of its group. */
export function inheritProperties(child: ThreadEntry, source: ThreadEntry): void {
  child.exePath = source.exePath;
  child.exeWritable = source.exeWritable;
  child.exeUpperLayer = source.exeUpperLayer;
  child.exeLowerLayer = source.exeLowerLayer;
  child.exeFromMemfd = source.exeFromMemfd;
  child.root = source.root;
  child.sid = source.sid;
  child.vpgid = source.vpgid;
  child.pgid = source.pgid;
  child.tty = source.tty;
  child.loginuid = source.loginuid;
  child.capPermitted = source.capPermitted;
  child.capInheritable = source.capInheritable;
  child.capEffective = source.capEffective;
  child.exeInode = source.exeInode;
  child.exeInodeCtime = source.exeInodeCtime;
  child.exeInodeMtime = source.exeInodeMtime;
  child.exeCtimeToCloneNs = source.exeCtimeToCloneNs;
}

/** What a new process has a copy of: descriptors, working directory and environment. */
export function inheritResources(child: ThreadEntry, source: ThreadEntry): void {
  const fds = source.fdEntries;
  if (fds !== null) {
    child.ownFds = fds.fork();
  }
  child.cwd = source.workingDirectory;
  child.env = source.env;
}

/** True for a new thread of the same process, as opposed to a new process. */
export function isThreadOfGroup(child: ThreadEntry): boolean {
  return (child.flags & cloneFlags.thread) !== 0;
}

/** Threads always use the descriptors of their leader, as those of a process list do. */
export function shareLeaderFds(child: ThreadEntry): void {
  child.flags |= threadFlags.cloneFiles;
}

/** Ids inside the pid namespace; `fallback` where the event is of a version that does not say. */
export function fillVirtualIds(thread: ThreadEntry, event: EventView): void {
  if (event.has(cloneParameters.vpid)) {
    thread.vtid = int64(event, cloneParameters.vtid);
    thread.vpid = int64(event, cloneParameters.vpid);
  } else {
    thread.vtid = thread.tid;
    thread.vpid = unset.pid;
  }
}

/** When the first process of a pid namespace started, from ns since boot. */
export function pidnsStart(event: EventView, state: StateTables): bigint {
  return uint64(event, cloneParameters.pidnsInitStartTs) + state.bootTs;
}
