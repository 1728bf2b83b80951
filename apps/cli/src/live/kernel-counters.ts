import { eventTable } from '@lanner/engine';
import type { KernelCounters } from '@lanner/hub';
import type { SensorStats } from './sensor-port.ts';

/** Names of events by the kind that Falco counts their drops under. */
const kinds: Readonly<Record<string, readonly string[]>> = {
  clone_fork: ['clone', 'clone3', 'fork', 'vfork'],
  execve: ['execve', 'execveat'],
  connect: ['connect'],
  open: ['open', 'openat', 'openat2', 'open_by_handle_at', 'creat'],
  dir_file: [
    'chmod',
    'fchmod',
    'fchmodat',
    'link',
    'linkat',
    'mkdir',
    'mkdirat',
    'rename',
    'renameat',
    'renameat2',
    'rmdir',
    'symlink',
    'symlinkat',
    'unlink',
    'unlinkat',
  ],
  other_interest: [
    'bpf',
    'capset',
    'ptrace',
    'seccomp',
    'setns',
    'setpgid',
    'setresgid',
    'setresuid',
    'setsid',
    'setuid',
    'unshare',
  ],
  close: ['close'],
  proc: ['procexit'],
};

const kindByName = new Map(
  Object.entries(kinds).flatMap(([kind, names]) => names.map((name) => [name, kind] as const)),
);

/** The sensor's counts under the names that Falco's metrics have. */
export function kernelCounters({ cpus, lostByType }: SensorStats): KernelCounters {
  let events = 0;
  let drops = 0;
  for (const { seen, lost } of cpus) {
    events += seen;
    drops += lost;
  }
  const bufferDrops = new Map(Object.keys(kinds).map((kind) => [kind, 0]));
  for (const [type, count] of lostByType) {
    const kind = kindByName.get(eventTable[type]?.name ?? '');
    if (kind !== undefined) {
      bufferDrops.set(kind, (bufferDrops.get(kind) ?? 0) + count);
    }
  }
  return {
    events,
    drops,
    preemptions: 0,
    bugDrops: 0,
    scratchMapDrops: 0,
    pageFaultDrops: 0,
    bufferDrops: Object.fromEntries(bufferDrops),
    perCpu: cpus.map(({ cpu, seen, lost }) => ({ cpu, events: seen, drops: lost })),
  };
}
