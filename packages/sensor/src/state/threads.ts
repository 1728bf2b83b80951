import { threadFlags } from '@lanner/engine';
import type { StateCounters } from './counters.ts';
import { ExitedThreads } from './exited-threads.ts';
import { ThreadEntry, type ThreadFinder } from './thread-entry.ts';
import { ThreadGroup } from './thread-group.ts';

/** With this many children gone but still listed, Falco cleans the list. */
const expiredChildrenLimit = 10;

/** Fills in what is known of a thread that no event has introduced. */
export type ThreadLookup = (thread: ThreadEntry) => void;

/** The thread table: threads by id, their groups and their family. */
export class Threads implements ThreadFinder {
  readonly exited: ExitedThreads = new ExitedThreads();

  readonly #threads = new Map<number, ThreadEntry>();
  readonly #groups = new Map<number, ThreadGroup>();
  readonly #counters: StateCounters;
  readonly #capacity: number;
  readonly #lookUp: ThreadLookup;
  /** Most events come from the thread of the one before. */
  #last: ThreadEntry | null = null;

  /** `lookUp` may know a thread that the table does not (from /proc); in captures nobody does. */
  constructor(capacity: number, counters: StateCounters, lookUp: ThreadLookup) {
    this.#capacity = capacity;
    this.#counters = counters;
    this.#lookUp = lookUp;
  }

  get size(): number {
    return this.#threads.size;
  }

  get groupCount(): number {
    return this.#groups.size;
  }

  all(): Iterable<ThreadEntry> {
    return this.#threads.values();
  }

  find(tid: number): ThreadEntry | null {
    const last = this.#last;
    if (last !== null && last.tid === tid) {
      this.#counters.nCachedThreadLookups++;
      return last;
    }
    const thread = this.#threads.get(tid);
    if (thread === undefined) {
      this.#counters.nFailedThreadLookups++;
      return null;
    }
    this.#counters.nNoncachedThreadLookups++;
    return thread;
  }

  /** The thread that an event is about, which is worth remembering: more of its events will follow. */
  findCurrent(tid: number): ThreadEntry | null {
    const thread = this.find(tid);
    if (thread !== null) {
      this.#last = thread;
    }
    return thread;
  }

  /** Like `findCurrent`, but an unknown thread enters the table as one without properties. Null when it is full. */
  getCurrent(tid: number): ThreadEntry | null {
    return this.findCurrent(tid) ?? this.#addUnknown(tid);
  }

  /** The thread with this id, or a new one without properties. Null when the table is full. */
  get(tid: number): ThreadEntry | null {
    return this.find(tid) ?? this.#addUnknown(tid);
  }

  create(tid: number): ThreadEntry {
    return new ThreadEntry(tid, this);
  }

  /**
   * Puts a thread into the table in place of any other with its id; null when the table is full.
   * `related`: also into its group and its parent's list, unless that comes later for all threads at once.
   */
  add(thread: ThreadEntry, related: boolean): ThreadEntry | null {
    const old = this.#threads.get(thread.tid);
    if (old === undefined && this.#threads.size >= this.#capacity) {
      this.#counters.nDropsFullThreadtable++;
      return null;
    }
    if (related) {
      this.relate(thread);
    }
    this.#counters.nAddedThreads++;
    if (old !== undefined && old !== thread) {
      this.#forget(old);
    }
    this.#threads.set(thread.tid, thread);
    this.#last = null;
    return thread;
  }

  /** Puts a thread into its group and its parent's list of children. */
  relate(thread: ThreadEntry): void {
    if (thread.isInvalid || thread.group !== null) {
      return;
    }
    this.#joinGroup(thread);
    if (thread.pid === 1) {
      return;
    }
    const parent = this.find(thread.ptid);
    if (parent === null || parent.isInvalid) {
      thread.ptid = 0;
      return;
    }
    parent.addChild(thread);
  }

  /** The threads of one process, of which the table knows at least one. */
  groupOf(pid: number): ThreadGroup | undefined {
    return this.#groups.get(pid);
  }

  /** Removes a thread; a leader stays as long as other threads of its group live. */
  remove(tid: number): void {
    const thread = this.#threads.get(tid);
    if (thread === undefined) {
      this.#counters.nFailedThreadLookups++;
      return;
    }
    this.#last = null;
    const { group } = thread;
    if (thread.isInvalid || group === null) {
      this.#countChildGone(thread.ptid);
      this.#erase(thread);
      return;
    }
    if (!thread.isDead) {
      group.aliveCount--;
      thread.flags |= threadFlags.closed;
    }
    if (thread.listedChildren > 0) {
      this.#reparentChildren(thread);
    }
    if (group.aliveCount === 0) {
      this.#countChildGone(thread.ptid);
      this.#groups.delete(thread.pid);
      this.#eraseId(thread.pid);
    }
    if (!thread.isMain) {
      this.#countChildGone(thread.ptid);
      this.#erase(thread);
    }
    this.#counters.nRemovedThreads++;
  }

  /**
   * Removes threads whose exit has been missed: those without an event since `before` (upper half of a time in ns)
   * that `isAlive` denies. Gives their number.
   */
  removeInactive(before: number, isAlive: (tid: number) => boolean): number {
    const inactive: number[] = [];
    for (const thread of this.#threads.values()) {
      if (thread.lastSeen < before && !isAlive(thread.tid)) {
        inactive.push(thread.tid);
      }
    }
    for (const tid of inactive) {
      this.remove(tid);
    }
    return inactive.length;
  }

  clear(): void {
    this.#threads.clear();
    this.#groups.clear();
    this.exited.clear();
    this.#last = null;
  }

  #addUnknown(tid: number): ThreadEntry | null {
    if (this.#threads.size >= this.#capacity) {
      return null;
    }
    const thread = this.create(tid);
    this.#lookUp(thread);
    return this.add(thread, true);
  }

  #joinGroup(thread: ThreadEntry): void {
    const group = this.#groups.get(thread.pid);
    if (group === undefined) {
      // Twice the threads, so that what is dropped at once has been as much work to make.
      if (this.#groups.size >= 2 * this.#capacity) {
        this.#dropEmptyGroups();
      }
      thread.group = new ThreadGroup(thread, thread.pid === 1 || thread.vpid === 1);
      this.#groups.set(thread.pid, thread.group);
    } else {
      group.add(thread);
      thread.group = group;
    }
  }

  /**
   * Whoever takes the children over: the thread that the kernel named, otherwise, as the kernel chooses, another
   * thread of the group, then the nearest ancestor that takes orphans and lives in the same pid namespace.
   */
  #reparentChildren(thread: ThreadEntry): void {
    const named = thread.reaperTid > 0 ? this.get(thread.reaperTid) : null;
    const reaper = named !== null && !named.isInvalid ? named : this.#findReaper(thread);
    if (reaper !== null) {
      thread.reaperTid = reaper.tid;
      if (reaper.pid !== thread.pid && reaper.group !== null) {
        reaper.group.isReaper = true;
      }
    }
    for (const child of thread.takeChildren()) {
      if (reaper === null || reaper === thread) {
        child.ptid = 0;
      } else {
        reaper.addChild(child);
      }
    }
  }

  #findReaper(thread: ThreadEntry): ThreadEntry | null {
    const sibling = thread.group?.findAlive(thread) ?? null;
    if (sibling !== null) {
      return sibling;
    }
    const seen = new Set([thread.tid]);
    let ancestor = this.find(thread.ptid);
    while (ancestor !== null && !seen.has(ancestor.tid)) {
      seen.add(ancestor.tid);
      if (ancestor.isInPidNamespace !== thread.isInPidNamespace) {
        return null;
      }
      const reaper = ancestor.group?.isReaper === true ? ancestor.group.findAlive(null) : null;
      if (reaper !== null) {
        return reaper;
      }
      ancestor = this.find(ancestor.ptid);
    }
    return null;
  }

  #countChildGone(ptid: number): void {
    const parent = this.find(ptid);
    if (parent === null) {
      return;
    }
    parent.unexpiredChildren--;
    if (parent.listedChildren - parent.unexpiredChildren >= expiredChildrenLimit) {
      parent.listedChildren = parent.childCount;
    }
  }

  #eraseId(tid: number): void {
    const thread = this.#threads.get(tid);
    if (thread !== undefined) {
      this.#erase(thread);
    }
  }

  #erase(thread: ThreadEntry): void {
    this.#threads.delete(thread.tid);
    this.#forget(thread);
  }

  // Others must not keep a thread that the table has given up.
  #forget(thread: ThreadEntry): void {
    thread.group?.forget(thread);
    this.#threads.get(thread.ptid)?.forgetChild(thread);
  }

  // As in Falco, a group whose exits have been missed outlives its threads, and counts them when its id comes again.
  #dropEmptyGroups(): void {
    for (const [pid, group] of this.#groups) {
      if (group.isEmpty) {
        this.#groups.delete(pid);
        this.#counters.nEvictedGroups++;
      }
    }
  }
}
