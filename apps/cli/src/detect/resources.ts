import type { ResourceUse } from '@lanner/hub';

/** Reads a file of /proc or /sys; null when it is absent or cannot be read. */
export type ProcReader = (path: string) => string | null;

/** Processor times of a moment, to take ratios over an interval. */
export interface CpuTimes {
  readonly processSeconds: number;
  readonly hostBusy: number;
  readonly hostTotal: number;
  readonly atMs: number;
}

/** What this process and its host use now; ratios are over the time since `before`. */
export function resourceUse(
  read: ProcReader,
  before: CpuTimes,
  now: CpuTimes,
  memoryBytes: NodeJS.MemoryUsage,
): ResourceUse {
  const status = read('/proc/self/status') ?? '';
  const memory = read('/proc/meminfo') ?? '';
  const stat = read('/proc/stat') ?? '';
  const seconds = (now.atMs - before.atMs) / 1000;
  const hostTotal = now.hostTotal - before.hostTotal;
  return {
    cpuRatio: seconds > 0 ? (now.processSeconds - before.processSeconds) / seconds : 0,
    rssBytes: memoryBytes.rss,
    vszBytes: kilobytes(status, 'VmSize'),
    pssBytes: kilobytes(read('/proc/self/smaps_rollup') ?? '', 'Pss'),
    containerMemoryBytes: containerMemory(read),
    hostCpuRatio: hostTotal > 0 ? (now.hostBusy - before.hostBusy) / hostTotal : 0,
    hostMemoryBytes: kilobytes(memory, 'MemTotal') - kilobytes(memory, 'MemAvailable'),
    hostProcessesRunning: Number(/^procs_running (\d+)/m.exec(stat)?.[1] ?? 0),
    hostOpenFds: Number((read('/proc/sys/fs/file-nr') ?? '0').trim().split(/\s+/)[0] ?? 0),
  };
}

/** Processor times now; `processSeconds` is what the runtime says of this process. */
export function cpuTimes(read: ProcReader, usage: NodeJS.CpuUsage, atMs: number): CpuTimes {
  const fields =
    /^cpu +(.*)$/m
      .exec(read('/proc/stat') ?? '')?.[1]
      ?.split(' ')
      .map(Number) ?? [];
  let hostTotal = 0;
  for (const field of fields) {
    hostTotal += field;
  }
  // The fourth and fifth fields are idle and waiting for a disk.
  const idle = (fields[3] ?? 0) + (fields[4] ?? 0);
  return { processSeconds: (usage.user + usage.system) / 1e6, hostBusy: hostTotal - idle, hostTotal, atMs };
}

/**
 * The most memory that this process has held, in bytes. Not what getrusage says: that counts what the process was
 * before it became this program, which is the memory of a large parent.
 */
export function peakRssBytes(read: ProcReader): number {
  return kilobytes(read('/proc/self/status') ?? '', 'VmHWM');
}

function kilobytes(text: string, name: string): number {
  return Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? 0) * 1024;
}

// cgroup v2 first, then v1; 0 outside of both.
function containerMemory(read: ProcReader): number {
  const value = read('/sys/fs/cgroup/memory.current') ?? read('/sys/fs/cgroup/memory/memory.usage_in_bytes');
  return value === null ? 0 : Number(value.trim());
}
