import { type FdTable, joinPath, type Thread, threadFlags, unset } from '@lanner/engine';
import type { EnterCall } from '../lib/enter-call.ts';
import { unknownText } from '../lib/params.ts';
import { FdEntries, noFds } from './fd-entries.ts';
import type { ThreadGroup } from './thread-group.ts';

/** Finds the threads that others name. */
export interface ThreadFinder {
  find(tid: number): ThreadEntry | null;
}

/** The kernel appends it to the path of an executable file that has been removed. */
const deletedSuffix = ' (deleted)';

/** A thread of the table. A new one is what Falco puts in for a thread that it knows nothing about but the id. */
export class ThreadEntry implements Thread {
  readonly tid: number;
  pid: number = unset.pid;
  ptid: number = unset.pid;
  sid: number = unset.pid;
  pgid: number = unset.pid;
  vpgid: number = unset.pid;
  vtid: number = unset.pid;
  vpid: number = unset.pid;
  comm = unknownText;
  exe = unknownText;
  args: readonly string[] = [];
  env: readonly string[] = [];
  cgroups: readonly (readonly [subsystem: string, path: string])[] = [];
  /** Kept at the leader only. */
  cwd = '';
  root = '';
  fdLimit = -1;
  flags = 0;
  uid: number = unset.id;
  gid: number = unset.id;
  loginuid: number = unset.id;
  vmSizeKb = 0;
  vmRssKb = 0;
  vmSwapKb = 0;
  majorFaults = 0;
  minorFaults = 0;
  cloneTs = 0n;
  execTs = 0n;
  pidnsInitStartTs = 0n;
  tty = 0;
  capInheritable = 0n;
  capPermitted = 0n;
  capEffective = 0n;
  exeInode = 0n;
  exeInodeCtime = 0n;
  exeInodeMtime = 0n;
  exeCtimeToCloneNs = 0n;
  pidnsStartToExeCtimeNs = 0n;
  exeWritable = false;
  exeUpperLayer = false;
  exeLowerLayer = false;
  exeFromMemfd = false;
  containerId = '';
  runNs = 0;
  previousCpuUser: number | bigint = 0;
  previousCpuSystem: number | bigint = 0;
  /** What the last `procinfo` event reported. */
  lastCpuUser: number | bigint = 0;
  lastCpuSystem: number | bigint = 0;

  group: ThreadGroup | null = null;
  /** The thread that takes the children over at exit, as the kernel said; -1 when it said nothing. */
  reaperTid = -1;
  /** As Falco counts: children that it lists, some of which are gone, and those it has not seen going. */
  listedChildren = 0;
  unexpiredChildren = 0;
  /** Type of the last enter event, -1 before the first. */
  lastEnterType = -1;
  /** What the last enter event said, for the exit event that belongs to it. */
  enterCall: EnterCall | null = null;
  /** Number of the descriptor that the last event was about. */
  lastFd = 0;
  /** Upper half of the time of the thread's last event: units of about 4.3 s. */
  lastSeen = 0;

  readonly #threads: ThreadFinder;
  #children: Set<ThreadEntry> | null = null;
  #ownFds: FdEntries | null = null;
  #exePath = '';
  #cmdline: string | null = null;
  #cmdlineComm = '';
  #cmdlineArgs: readonly string[] = [];

  constructor(tid: number, threads: ThreadFinder) {
    this.tid = tid;
    this.#threads = threads;
  }

  get cmdline(): string {
    if (this.#cmdline === null || this.#cmdlineComm !== this.comm || this.#cmdlineArgs !== this.args) {
      this.#cmdlineComm = this.comm;
      this.#cmdlineArgs = this.args;
      this.#cmdline = this.args.length === 0 ? this.comm : `${this.comm} ${this.args.join(' ')}`;
    }
    return this.#cmdline;
  }

  get exePath(): string {
    return this.#exePath;
  }

  set exePath(path: string) {
    this.#exePath =
      path.length > deletedSuffix.length && path.endsWith(deletedSuffix)
        ? path.slice(0, -deletedSuffix.length)
        : path;
  }

  /** True for the thread that leads its group. */
  get isMain(): boolean {
    return this.tid === this.pid || (this.flags & threadFlags.mainThread) !== 0;
  }

  /** Nothing is known of it but its id. */
  get isInvalid(): boolean {
    return this.tid < 0 || this.pid < 0 || this.ptid < 0;
  }

  get isDead(): boolean {
    return (this.flags & threadFlags.closed) !== 0;
  }

  get isInPidNamespace(): boolean {
    return (this.flags & threadFlags.childInPidns) !== 0 || (this.tid !== this.vtid && this.vtid >= 0);
  }

  /** The leader of the group; null when it is not known. */
  get main(): ThreadEntry | null {
    if (this.isMain) {
      return this;
    }
    const front = this.group?.front ?? null;
    return front?.isMain === true ? front : null;
  }

  get leader(): ThreadEntry {
    return this.main ?? this;
  }

  get parent(): ThreadEntry | null {
    return this.#threads.find(this.ptid);
  }

  get childCount(): number {
    return this.#children?.size ?? 0;
  }

  get threadCount(): number {
    return this.group?.aliveCount ?? 0;
  }

  get fds(): FdTable {
    return this.fdEntries ?? noFds;
  }

  /** The table of descriptors that the thread uses; null for one that shares those of an unknown leader. */
  get fdEntries(): FdEntries | null {
    const owner = (this.flags & threadFlags.cloneFiles) === 0 ? this : this.main;
    return owner === null ? null : owner.ownFds;
  }

  /** The thread's own table, whether or not it uses it. */
  get ownFds(): FdEntries {
    this.#ownFds ??= new FdEntries();
    return this.#ownFds;
  }

  set ownFds(fds: FdEntries) {
    this.#ownFds = fds;
  }

  /** Descriptors in the thread's own table. */
  get ownFdCount(): number {
    return this.#ownFds?.size ?? 0;
  }

  /** The working directory of the process, with a slash at its end. */
  get workingDirectory(): string {
    return this.main?.cwd ?? './';
  }

  /**
   * Changes the directory of the process. As in Falco, a relative path continues the thread's own directory, which
   * only a leader has.
   */
  changeDirectory(path: string): void {
    const { main } = this;
    if (main === null) {
      return;
    }
    const directory = joinPath(this.cwd, path);
    main.cwd = directory.endsWith('/') ? directory : `${directory}/`;
  }

  addChild(child: ThreadEntry): void {
    this.#children ??= new Set();
    this.#children.add(child);
    child.ptid = this.tid;
    this.listedChildren++;
    this.unexpiredChildren++;
  }

  /** Forgets a child that has left the table. */
  forgetChild(child: ThreadEntry): void {
    this.#children?.delete(child);
  }

  /** Gives up all children. */
  takeChildren(): Iterable<ThreadEntry> {
    const children = this.#children ?? [];
    this.#children = null;
    this.listedChildren = 0;
    this.unexpiredChildren = 0;
    return children;
  }
}
