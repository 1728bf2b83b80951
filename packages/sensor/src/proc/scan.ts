import type { CaptureSink } from '../capture/records.ts';
import type { ProcessSource } from './process-source.ts';

export interface ScanOptions {
  /** Only these processes, their descendants, and, without descriptors, their ancestors; null: all. */
  readonly roots: readonly number[] | null;
  /** Threads that are taken; default 262144. */
  readonly maxThreads?: number;
}

export interface ScanResult {
  readonly threads: number;
  readonly fds: number;
  /** Processes that ended while they were looked at. */
  readonly vanished: number;
  /** Processes that were left out, as there were too many threads. */
  readonly skipped: number;
}

const defaultMaxThreads = 262_144;

/** Tells a sink of the processes that run, parents before children where ids say so. */
export function scanProcesses(
  source: ProcessSource,
  sink: Pick<CaptureSink, 'thread' | 'fd'>,
  { roots, maxThreads = defaultMaxThreads }: ScanOptions,
): ScanResult {
  const result = { threads: 0, fds: 0, vanished: 0, skipped: 0 };
  for (const { pid, withFds } of roots === null ? all(source) : family(source, roots)) {
    if (result.threads >= maxThreads) {
      result.skipped++;
      continue;
    }
    const found = source.process(pid, withFds);
    if (found === null) {
      result.vanished++;
      continue;
    }
    sink.thread(found.leader);
    found.threads.forEach((thread) => {
      sink.thread(thread);
    });
    found.fds.forEach((fd) => {
      sink.fd(pid, fd);
    });
    result.threads += 1 + found.threads.length;
    result.fds += found.fds.length;
  }
  return result;
}

interface Wanted {
  readonly pid: number;
  readonly withFds: boolean;
}

function all(source: ProcessSource): Wanted[] {
  return source.processIds().map((pid) => ({ pid, withFds: true }));
}

/** Processes with all that descends from them, and their ancestors, which rules ask for by name only. */
function family(source: ProcessSource, roots: readonly number[]): Wanted[] {
  const wanted = new Map<number, boolean>();
  for (const root of roots) {
    let pid: number | null = root;
    while (pid !== null && pid > 0 && !wanted.has(pid)) {
      wanted.set(pid, false);
      pid = source.parentOf(pid);
    }
  }
  for (const pid of descendants(source, roots)) {
    wanted.set(pid, true);
  }
  return [...wanted].map(([pid, withFds]) => ({ pid, withFds })).sort((a, b) => a.pid - b.pid);
}

/** The processes themselves and all that descends from them. */
export function descendants(source: ProcessSource, roots: readonly number[]): ReadonlySet<number> {
  const found = new Set(roots);
  if (roots.length === 0) {
    return found;
  }
  const parents = source.processIds().map((pid) => [pid, source.parentOf(pid)] as const);
  const children = Map.groupBy(parents, ([, parent]) => parent);
  // A set that grows is walked to its end.
  for (const pid of found) {
    for (const [child] of children.get(pid) ?? []) {
      found.add(child);
    }
  }
  return found;
}
