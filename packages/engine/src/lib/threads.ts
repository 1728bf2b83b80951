import { type StateView, type Thread, threadFlags } from '../state.ts';

/** True for the thread that leads its group. */
export function isMainThread(thread: Thread): boolean {
  return thread.tid === thread.pid || (thread.flags & threadFlags.mainThread) !== 0;
}

const highestId = 0xffff_ffff;

/** A thread or process id as fields give it: event sources that know no ids of the host use numbers beyond 32 bits. */
export function hostId(id: number): number | null {
  return id >= -1 && id <= highestId ? id : null;
}

/** The leader of the thread's group; null when it is not known. */
export function mainThread(thread: Thread): Thread | null {
  if (isMainThread(thread)) {
    return thread;
  }
  const { leader } = thread;
  return isMainThread(leader) ? leader : null;
}

/** The process `hops` parents up, each step through the leader of the group; null when a step is not known. */
export function ancestorProcess(thread: Thread, hops: number): Thread | null {
  let process = mainThread(thread);
  for (let hop = 0; hop < hops && process !== null; hop++) {
    const parent: Thread | null = process.parent;
    if (parent === process) {
      return process;
    }
    process = parent === null ? null : mainThread(parent);
  }
  return process;
}

/** The working directory of the thread's process, with a slash at its end. */
export function workingDirectory(thread: Thread): string {
  return mainThread(thread)?.cwd ?? './';
}

/** Longer chains of parents are looked at for loops. */
const plainDepth = 64;

/**
 * The parents of a thread from the nearest on, without itself. It ends at an unknown one, and where Falco finds that
 * the parents form a loop.
 */
export function parentsOf(thread: Thread): Thread[] {
  const parents: Thread[] = [];
  let parent = thread.parent;
  while (parent !== null && parent.tid !== -1) {
    if (parents.length === plainDepth || (parents.length > 0 && parent.tid === parent.ptid)) {
      return loopingParents(thread);
    }
    parents.push(parent);
    parent = parent.parent;
  }
  return parents;
}

// A second pointer runs ahead at double speed; where the two meet, or a thread is its own parent, Falco stops.
function loopingParents(thread: Thread): Thread[] {
  const parents: Thread[] = [];
  let slow = thread.parent;
  let fast = slow?.parent ?? null;
  while (slow !== null && slow.tid !== -1) {
    parents.push(slow);
    slow = slow.parent;
    for (let step = 0; step < 2; step++) {
      fast = fast?.parent ?? null;
      if (slow !== null && (slow === fast || slow.tid === slow.ptid)) {
        return parents;
      }
    }
  }
  return parents;
}

/** The parents of the process that a thread belongs to; null when its leader is not known. */
export function ancestorsOf(thread: Thread): Thread[] | null {
  const process = mainThread(thread);
  return process === null ? null : parentsOf(process);
}

/** Reads the number that marks a session or a process group. */
export type GroupId = (thread: Thread) => number;

/**
 * The process that leads the thread's session or process group: the one that the number names, otherwise the oldest
 * parent of an unbroken line that shares it. A number of an inner pid namespace (`virtual`) names nobody in the table.
 */
export function groupLeader(
  thread: Thread,
  groupId: GroupId,
  virtual: boolean,
  state: Pick<StateView, 'thread'>,
): Thread | null {
  const id = groupId(thread);
  if (id === -1) {
    return null;
  }
  const named = virtual && isInPidNamespace(thread) ? null : state.thread(id);
  if (named !== null) {
    return named;
  }
  let oldest: Thread | null = null;
  for (const parent of parentsOf(thread)) {
    if (groupId(parent) !== id) {
      break;
    }
    oldest = parent;
  }
  return oldest;
}

function isInPidNamespace(thread: Thread): boolean {
  return (thread.flags & threadFlags.childInPidns) !== 0 || (thread.tid !== thread.vtid && thread.vtid >= 0);
}
