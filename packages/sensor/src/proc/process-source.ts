import type { FdRecord, ThreadRecord } from '../capture/records.ts';
import type { SystemSource } from '../state/system-source.ts';
import { type FdContext, readFd } from './fds.ts';
import { parseMounts } from './mounts.ts';
import { type ProcFiles, procFiles } from './proc-files.ts';
import { maxTableBytes, readSockets, type SocketTable } from './sockets.ts';
import { parseCgroupFile, readProcess, readThreadOf, type ThreadContext } from './thread.ts';

export interface ProcessSourceOptions {
  /** Process file system; default that of `/proc`. */
  readonly files?: ProcFiles;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** As Node names it, such as `arm64`; open flags differ. Default: that of this process. */
  readonly architecture?: string;
  /** Descriptors of one process that are looked at; default 4096. */
  readonly maxFds?: number;
  /** Threads that `thread` looks up in a second; what is beyond it stays unknown and is counted. Default 2000. */
  readonly maxLookupsPerSecond?: number;
}

/** A process with the threads beside its leader. */
export interface ProcessRecords {
  readonly leader: ThreadRecord;
  readonly threads: readonly ThreadRecord[];
  readonly fds: readonly FdRecord[];
}

/** Sockets and devices are remembered for so long: one scan, or one burst of unknown threads. */
const namespaceAgeMs = 1000;
const maxNamespaces = 64;
const maxSockets = 65_536;
const maxMountBytes = 4 * 1024 * 1024;

/** What the process file system knows of processes; for the start, and for threads whose beginning no event has told. */
export class ProcessSource implements SystemSource {
  readonly bootTs: bigint;
  /** Threads that were not looked up, as too many were asked for at once. */
  skippedLookups = 0;
  /** Threads that were looked up. */
  lookups = 0;
  readonly #files: ProcFiles;
  readonly #now: () => number;
  readonly #architecture: string;
  readonly #maxFds: number;
  readonly #maxLookups: number;
  readonly #context: ThreadContext;
  readonly #sockets = new Map<string, SocketTable>();
  readonly #devices = new Map<string, ReadonlyMap<number, number>>();
  #cachedAt = 0;
  #window = 0;
  #inWindow = 0;

  constructor(options: ProcessSourceOptions) {
    this.#files = options.files ?? procFiles();
    this.#now = options.now;
    this.#architecture = options.architecture ?? process.arch;
    this.#maxFds = options.maxFds ?? 4096;
    this.#maxLookups = options.maxLookupsPerSecond ?? 2000;
    this.bootTs = bootTime(this.#files, this.#now());
    this.#context = { files: this.#files, bootTs: this.bootTs, pidNamespaceStarts: new Map() };
  }

  /** Ids of all processes, ascending. */
  processIds(): number[] {
    return numbers(this.#files.names('.')).sort((a, b) => a - b);
  }

  /** Parent of a process; null when it has gone, 0 for the first. */
  parentOf(pid: number): number | null {
    const [, parent] = /\) . (\d+) /.exec(this.#files.text(`${pid}/stat`, 4096) ?? '') ?? [];
    return parent === undefined ? null : Number(parent);
  }

  /** Pairs of controller and path; none for a process that has gone. */
  cgroupsOf(pid: number): [subsystem: string, path: string][] {
    return parseCgroupFile(this.#files.text(`${pid}/cgroup`) ?? '');
  }

  /** The number of a process's mount namespace; null when it has gone. */
  mountNamespaceOf(pid: number): number | null {
    const [, number] = /^mnt:\[(\d+)\]$/.exec(this.#files.link(`${pid}/ns/mnt`) ?? '') ?? [];
    return number === undefined ? null : Number(number);
  }

  /** A process; null when it has gone. `withFds` false leaves its descriptors out. */
  process(pid: number, withFds = true): ProcessRecords | null {
    const leader = readProcess(pid, this.#context);
    if (leader === null) {
      return null;
    }
    const others = numbers(this.#files.names(`${pid}/task`)).filter((tid) => tid !== pid);
    return {
      leader,
      threads: others.flatMap((tid) => readThreadOf(leader, tid, this.#context) ?? []),
      fds: withFds ? this.#fds(pid) : [],
    };
  }

  thread(tid: number): { readonly thread: ThreadRecord; readonly fds: readonly FdRecord[] } | null {
    if (!this.#takeLookup()) {
      this.skippedLookups++;
      return null;
    }
    this.lookups++;
    // Also threads that do not lead have a folder, which names their leader.
    const found = readProcess(tid, this.#context);
    if (found === null || found.pid === tid) {
      return found === null ? null : { thread: found, fds: this.#fds(tid) };
    }
    const thread = readThreadOf(found, tid, this.#context);
    return thread === null ? null : { thread, fds: [] };
  }

  fd(pid: number, fd: number): FdRecord | null {
    return readFd(pid, fd, this.#fdContext(pid));
  }

  /** True while a thread lives. */
  isAlive(tid: number): boolean {
    return this.#files.text(`${tid}/stat`, 64) !== null;
  }

  #fds(pid: number): FdRecord[] {
    const context = this.#fdContext(pid);
    return numbers(this.#files.names(`${pid}/fd`))
      .slice(0, this.#maxFds)
      .flatMap((fd) => readFd(pid, fd, context) ?? []);
  }

  #fdContext(pid: number): FdContext {
    if (this.#now() - this.#cachedAt > namespaceAgeMs) {
      this.#sockets.clear();
      this.#devices.clear();
      this.#cachedAt = this.#now();
    }
    const files = this.#files;
    return {
      files,
      architecture: this.#architecture,
      sockets: remember(this.#sockets, files.link(`${pid}/ns/net`), () =>
        readSockets((file) => files.text(`${pid}/net/${file}`, maxTableBytes), maxSockets),
      ),
      devices: remember(this.#devices, files.link(`${pid}/ns/mnt`), () =>
        parseMounts(files.text(`${pid}/mountinfo`, maxMountBytes) ?? ''),
      ),
    };
  }

  #takeLookup(): boolean {
    const second = Math.floor(this.#now() / 1000);
    if (second !== this.#window) {
      this.#window = second;
      this.#inWindow = 0;
    }
    return this.#inWindow++ < this.#maxLookups;
  }
}

/** A value by the namespace it belongs to; without a namespace, that of a process that has gone, it is not kept. */
function remember<T>(cache: Map<string, T>, namespace: string | null, read: () => T): T {
  const known = namespace === null ? undefined : cache.get(namespace);
  if (known !== undefined) {
    return known;
  }
  const value = read();
  if (namespace !== null) {
    if (cache.size >= maxNamespaces) {
      cache.clear();
    }
    cache.set(namespace, value);
  }
  return value;
}

function numbers(names: readonly string[] | null): number[] {
  return (names ?? []).filter((name) => /^\d+$/.test(name)).map(Number);
}

/** When the machine booted, in ns since 1970; 0n when it does not say how long it has been up. */
function bootTime(files: ProcFiles, nowMs: number): bigint {
  const seconds = Number(files.text('uptime', 64)?.split(' ')[0]);
  return Number.isFinite(seconds) ? BigInt(Math.round((nowMs - seconds * 1000) * 1e3)) * 1000n : 0n;
}
