import { expect, test } from 'vitest';
import { cpuTimes, peakRssBytes, resourceUse } from './resources.ts';

const files: Record<string, string> = {
  '/proc/self/status': 'VmSize:\t  2048 kB\nVmHWM:\t  1024 kB\n',
  '/proc/self/smaps_rollup': 'Pss:   512 kB\n',
  '/proc/meminfo': 'MemTotal: 1000 kB\nMemAvailable:  400 kB\n',
  '/proc/stat': 'cpu  100 0 100 700 100 0 0 0 0 0\nprocs_running 3\n',
  '/proc/sys/fs/file-nr': '1664\t0\t999\n',
  '/sys/fs/cgroup/memory.current': '12345\n',
};
const read = (path: string): string | null => files[path] ?? null;
const memory = { rss: 42 } as NodeJS.MemoryUsage;

test('reads what the process and the host use', () => {
  const before = { processSeconds: 1, hostBusy: 100, hostTotal: 800, atMs: 0 };
  const now = cpuTimes(read, { user: 1_500_000, system: 500_000 }, 2000);
  expect(resourceUse(read, before, now, memory)).toEqual({
    cpuRatio: 0.5,
    rssBytes: 42,
    vszBytes: 2048 * 1024,
    pssBytes: 512 * 1024,
    containerMemoryBytes: 12345,
    hostCpuRatio: 0.5,
    hostMemoryBytes: 600 * 1024,
    hostProcessesRunning: 3,
    hostOpenFds: 1664,
  });
});

test('the peak of memory is that of this program, and zero where it is not known', () => {
  expect(peakRssBytes(read)).toBe(1024 * 1024);
  expect(peakRssBytes(() => null)).toBe(0);
});

test('gives zeros where nothing can be read', () => {
  const none = (): null => null;
  const times = cpuTimes(none, { user: 0, system: 0 }, 0);
  expect(resourceUse(none, times, times, memory)).toMatchObject({
    cpuRatio: 0,
    hostCpuRatio: 0,
    vszBytes: 0,
    hostOpenFds: 0,
  });
});
