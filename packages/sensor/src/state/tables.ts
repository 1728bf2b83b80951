import type { Container, EventView, Group, Machine, NetworkInterface, StateView, User } from '@lanner/engine';
import type { CaptureSink } from '../capture/records.ts';
import type { EnterCall } from '../lib/enter-call.ts';
import { int64 } from '../lib/params.ts';
import { CaptureIntake } from './capture-intake.ts';
import { type ContainerOptions, Containers } from './containers.ts';
import { newCounters, type StateCounters, type StateStats } from './counters.ts';
import { handlers } from './dispatch.ts';
import { EventClock } from './event-clock.ts';
import {
  execveatEnter,
  execveExit,
  fdParameterOf,
  isInitialState,
  lookupOf,
  lookups,
  usesNoFd,
} from './event-kinds.ts';
import type { FdEntry } from './fd-entry.ts';
import { completeConnection } from './interfaces.ts';
import { takeDirectories, verifyFd } from './kernel-truth.ts';
import { fillFromSystem, type SystemSource } from './system-source.ts';
import { Texts } from './texts.ts';
import type { ThreadEntry } from './thread-entry.ts';
import { Threads } from './threads.ts';
import { Users } from './users.ts';

export interface StateOptions extends Partial<ContainerOptions> {
  /** Threads that the table holds; default 262144. */
  readonly maxThreads?: number;
  /** Descriptors of one process; default 4096. */
  readonly maxFds?: number;
  /** Users, and as many groups; default 65536. */
  readonly maxUsers?: number;
  readonly hostname?: string;
  /** Seconds that local time is ahead of UTC; for times of day. Default 0. */
  readonly utcOffsetS?: number;
  /** The running system, which may know what no event has said; absent when replaying. */
  readonly system?: SystemSource;
}

const defaults = {
  maxThreads: 262_144,
  maxFds: 4096,
  maxUsers: 65_536,
  maxContainers: 16_384,
  maxCgroups: 4096,
} as const;

/**
 * What is known of threads, descriptors, users and containers. `apply` takes each event in before the rules look at
 * it; the rules read what it was about (`EventView.thread`, `fd`, `fdNum`, `container`) and everything else by way of
 * `StateView`. What a capture says before its events goes into `sink`. Every table has an upper bound and counts what
 * did not fit (`stats`).
 */
export class StateTables implements StateView {
  readonly counters: StateCounters = newCounters();
  readonly texts: Texts = new Texts();
  readonly threads: Threads;
  readonly users: Users;
  readonly containers: Containers;
  readonly hostname: string;
  readonly utcOffsetS: number;
  readonly system: SystemSource | null;
  readonly clock: EventClock = new EventClock();
  /**
   * Names of directories and descriptors are the kernel's where it tells them, so that opens need not be seen. Without,
   * they are as a replay of the same events has them.
   */
  trustsKernel = true;
  machine: Machine = { cpuCount: 0, memoryBytes: 0, hostname: '', bootTs: 0n };
  interfaces: readonly NetworkInterface[] = [];
  /** Host names of rules by the addresses to which they lead, of 4 or 16 bytes. */
  resolvedNames: ReadonlyMap<string, readonly string[]> = new Map();
  switchNs = 0;
  /** Thread and descriptor of the event at hand, for its handler. */
  currentThread: ThreadEntry | null = null;
  currentFd: FdEntry | null = null;

  readonly #intake: CaptureIntake;
  readonly #maxFds: number;
  /** What the event before has ended, which the rules were still to see. */
  #exitedTid: number | null = null;
  #closingThread: ThreadEntry | null = null;
  #endedContainer: string | null = null;

  constructor(options: StateOptions = {}) {
    const settings = { ...defaults, ...options };
    this.system = options.system ?? null;
    this.hostname = options.hostname ?? '';
    this.utcOffsetS = options.utcOffsetS ?? 0;
    this.#maxFds = settings.maxFds;
    this.threads = new Threads(settings.maxThreads, this.counters, (thread) => {
      fillFromSystem(thread, this.system, this.containers);
    });
    this.users = new Users(settings.maxUsers, this.counters);
    this.containers = new Containers(settings, this.counters);
    this.#intake = new CaptureIntake(this);
  }

  /** Takes what a capture, or the running system at start, says before the first event. */
  get sink(): CaptureSink {
    return this.#intake;
  }

  /** All that comes before the first event has been said. The first event says so too. */
  completeInitialState(): void {
    if (!this.#intake.isComplete) {
      this.#intake.complete();
    }
  }

  /** Takes in one event and sets what it is about. To be called once for every event, in order, before the rules. */
  apply(event: EventView): void {
    const { type } = event;
    if (isInitialState[type] === false) {
      this.completeInitialState();
    }
    this.clock.note(event);
    if (this.#exitedTid !== null || this.#closingThread !== null) {
      this.#removeEnded(event);
    }
    this.switchNs = 0;
    this.lookUp(event);
    handlers[type]?.(event, this);
    this.#finish(event);
  }

  /**
   * False as long as a capture's events are only those of the state that it begins with. Falco shows them to no rule.
   */
  get isStarted(): boolean {
    return this.#intake.isComplete;
  }

  thread(tid: number): ThreadEntry | null {
    return this.threads.find(tid);
  }

  user(containerId: string, uid: number): User | null {
    return this.users.user(containerId, uid);
  }

  group(containerId: string, gid: number): Group | null {
    return this.users.group(containerId, gid);
  }

  container(containerId: string): Container | null {
    return this.containers.get(containerId);
  }

  hasContainerAddress(address: string): boolean {
    return this.containers.hasAddress(address);
  }

  hostNames(address: string): readonly string[] {
    return this.resolvedNames.get(address) ?? [];
  }

  /** When the machine booted, for times that events count from there. Falco forgets what a capture says of it. */
  get bootTs(): bigint {
    return this.system === null ? 0n : this.machine.bootTs;
  }

  get firstTs(): bigint {
    return this.clock.firstTs;
  }

  get previousTs(): bigint {
    return this.clock.previousTs;
  }

  stats(): StateStats {
    let nFds = 0;
    for (const thread of this.threads.all()) {
      nFds += thread.ownFdCount;
    }
    return {
      ...this.counters,
      nEvictedTexts: this.texts.evictions,
      nThreads: this.threads.size,
      nFds,
      nContainers: this.containers.size,
      nUsers: this.users.userCount,
      nGroups: this.users.groupCount,
    };
  }

  /**
   * Lets go of threads that have exited unseen: those that have had no event for `idleNs` before the last event and
   * that `isAlive` denies. For the running system; to be called now and then. Gives their number.
   */
  removeInactiveThreads(idleNs: bigint, isAlive: (tid: number) => boolean): number {
    // An upper half counts units of 2^32 ns.
    return this.threads.removeInactive(this.clock.high - Number(idleNs >> 32n), isAlive);
  }

  /** Finds the thread and the descriptor of the event. A handler that has replaced the thread does it again. */
  lookUp(event: EventView): void {
    this.currentFd = null;
    const lookup = lookupOf[event.type];
    const asksSystem = lookup === lookups.exit || lookup === lookups.enter;
    const thread = asksSystem ? this.threads.getCurrent(event.tid) : this.threads.findCurrent(event.tid);
    this.currentThread = thread;
    if (thread === null || lookup === lookups.aside) {
      return;
    }
    const isEnter = lookup === lookups.enter || lookup === lookups.procexit;
    if (isEnter) {
      thread.lastEnterType = event.type;
      thread.lastFd = -1;
    } else if (!isEndOf(thread.lastEnterType, event.type)) {
      // The descriptor of an unrelated call.
      thread.lastFd = -1;
    }
    if (event.live !== null && this.trustsKernel) {
      takeDirectories(event, thread, this);
    }
    const parameter = fdParameterOf[event.type] as number;
    if (parameter === usesNoFd) {
      return;
    }
    if (thread.lastFd === -1 && parameter >= 0) {
      thread.lastFd = int64(event, parameter, -1);
    }
    if (event.live !== null && this.trustsKernel && parameter >= 0) {
      verifyFd(event, thread, thread.lastFd, this);
    }
    this.currentFd = this.fdOf(thread, thread.lastFd);
  }

  /** A descriptor of a thread, whose name from here on counts as the one before the event. */
  fdOf(thread: ThreadEntry, fd: number): FdEntry | null {
    const entry = fd < 0 ? undefined : thread.fdEntries?.get(fd);
    if (entry === undefined) {
      this.counters.nFailedFdLookups++;
      return null;
    }
    this.counters.nNoncachedFdLookups++;
    entry.markSeen();
    return entry;
  }

  /** The current descriptor for a change: a copy of its own where another process has it too. */
  ownFd(): FdEntry | null {
    const { currentFd, currentThread } = this;
    if (currentFd === null || currentThread === null || !currentFd.isShared) {
      return currentFd;
    }
    const own = currentFd.copy();
    currentThread.fdEntries?.set(currentThread.lastFd, own);
    this.currentFd = own;
    return own;
  }

  /** Puts a descriptor into the current thread's table; it becomes the one that the event is about. */
  addFd(fd: number, entry: FdEntry): void {
    const thread = this.currentThread;
    this.currentFd = thread === null ? null : this.putFd(thread, fd, entry);
    if (thread !== null && thread.fdEntries !== null) {
      thread.lastFd = fd;
    }
  }

  /** Puts a descriptor into a thread's table; null when there is no room for it. */
  putFd(thread: ThreadEntry, fd: number, entry: FdEntry): FdEntry | null {
    const table = thread.fdEntries;
    if (table === null) {
      return null;
    }
    if (table.get(fd) === undefined) {
      if (table.size >= this.#maxFds) {
        this.counters.nDropsFullFdTable++;
        return null;
      }
      this.counters.nAddedFds++;
    }
    table.set(fd, entry);
    return entry;
  }

  /** Empties the thread table. */
  forgetProcesses(): void {
    this.threads.clear();
    this.#exitedTid = null;
    this.#closingThread = null;
    this.#endedContainer = null;
  }

  /** Lets the current descriptor go once the rules have seen the event. */
  closeLater(): void {
    this.#closingThread = this.currentThread;
  }

  /** Lets the event's thread go once the rules have seen the event. */
  exitLater(tid: number): void {
    this.#exitedTid = tid;
  }

  /**
   * Lets a container go, with its users, once the rules have seen the exit of its first process. A capture says by
   * itself when a container has gone.
   */
  endContainerLater(containerId: string): void {
    this.#endedContainer = this.system === null ? null : containerId;
  }

  /** Lets go of what came of a container after its end: it was for the alerts that waited, and nothing else ends it. */
  forgetEndedContainer(containerId: string): void {
    if (this.containers.forgetEnded(containerId)) {
      this.containers.delete(containerId);
      this.users.deleteContainer(containerId);
    }
  }

  /** What the enter event of the current call said; null when there was none. */
  enterCall(event: EventView): EnterCall | null {
    const thread = this.currentThread;
    const call = thread?.enterCall ?? null;
    // The last enter event need not be the one that was kept.
    const belongs =
      call !== null && isEndOf(call.type, event.type) && isEndOf(thread?.lastEnterType ?? -1, event.type);
    if (!belongs) {
      this.counters.nRetrieveEvtsDrops++;
      return null;
    }
    this.counters.nRetrievedEvts++;
    return call;
  }

  /** Keeps what an enter event says for the exit event of the call. */
  keepEnterCall(call: EnterCall): void {
    if (this.currentThread === null) {
      this.counters.nStoreEvtsDrops++;
      return;
    }
    this.currentThread.enterCall = call;
    this.counters.nStoredEvts++;
  }

  /** Works out the container that a thread is in now. */
  attachContainer(tid: number): void {
    const thread = this.threads.find(tid);
    if (thread !== null) {
      this.containers.attach(thread);
    }
  }

  /** Puts the address of an interface into a connection of which one end is missing. */
  completeConnection(fd: FdEntry): void {
    completeConnection(fd.type, fd.ends, this.interfaces);
  }

  #finish(event: EventView): void {
    const thread = this.currentThread;
    event.thread = thread;
    event.fd = this.currentFd;
    if (thread === null) {
      return;
    }
    event.fdNum = thread.lastFd;
    thread.lastSeen = event.tsHi;
    // An enter event is kept for the exit event that follows it, and for no other.
    if (thread.enterCall !== null && !event.info.isEnter && lookupOf[event.type] !== lookups.aside) {
      thread.enterCall = null;
    }
  }

  #removeEnded(event: EventView): void {
    const tid = this.#exitedTid;
    if (tid !== null) {
      this.#exitedTid = null;
      this.threads.exited.add(tid, this.threads.find(tid)?.ptid ?? -1, event.ts);
      this.threads.remove(tid);
    }
    if (this.#endedContainer !== null) {
      this.containers.end(this.#endedContainer);
      this.users.deleteContainer(this.#endedContainer);
      this.#endedContainer = null;
    }
    const closing = this.#closingThread;
    if (closing !== null) {
      this.#closingThread = null;
      if (closing.fdEntries?.delete(closing.lastFd) === true) {
        this.counters.nRemovedFds++;
      }
    }
  }
}

/** True for the exit event of the call that an enter event began. A successful execveat ends as an execve. */
function isEndOf(enterType: number, exitType: number): boolean {
  return exitType === enterType + 1 || (exitType === execveExit && enterType === execveatEnter);
}
