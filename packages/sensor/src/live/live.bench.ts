import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { silentLog } from '@lanner/core';
import { deriveFilter, filteredRules, type KernelFilter, loadRules } from '@lanner/engine';
import type { Benchmark } from '../../../../tools/bench/benchmark.ts';
import { Load } from '../testkit/load.ts';
import { typeOf, whyNoSensor } from '../testkit/scoped-run.ts';
import { type LiveSensor, openLiveSensor } from './sensor.ts';

const openat = typeOf('SYSCALL_OPENAT_2_X');
const pathParam = 2;

/** Takes all that waits, with its path as a text; gives the number of events. */
function takeAll(sensor: LiveSensor): number {
  const count = sensor.poll((event) => {
    if (event.text(pathParam).length === 0) {
      throw new Error('an open without a path');
    }
  });
  if (count < 1000) {
    sensor.wait(2);
  }
  return count;
}

function lostOf(sensor: LiveSensor): number {
  let lost = 0;
  for (const cpu of sensor.stats().cpus) {
    lost += cpu.lost;
  }
  return lost;
}

/** ns that the sensor adds to one round of the load itself. */
async function addedInLoad(mode: string, rounds: number, interest: readonly number[]): Promise<number> {
  const load = new Load(mode, rounds);
  const idle = (): void => undefined;
  const before = await load.measure(idle);
  const scope = { pids: [load.pid] };
  const sensor = await openLiveSensor({ scope, interest, log: silentLog, ringBytes: 16 << 20 });
  try {
    const during = await load.measure(() => {
      takeAll(sensor);
    });
    return during - before;
  } finally {
    sensor.close();
    await load.end();
  }
}

const stableRules = fileURLToPath(
  new URL('../../../../../shared/reference/falco/upstream-rules/falco_rules.yaml', import.meta.url),
);

/** The filter of the upstream stable rules. */
function stableFilter(): KernelFilter {
  const file = { name: 'falco_rules.yaml', content: readFileSync(stableRules, 'latin1') };
  const set = loadRules([file], { plugins: [{ name: 'container', version: '0.7.1' }] });
  return deriveFilter(filteredRules(set), { descriptors: 'verified' });
}

/**
 * ns that the sensor adds, by system call, to opening and closing files that no rule wants. The load pays all of it,
 * since nothing comes out of the kernel.
 */
async function addedByDroppedOpens(mode: string): Promise<number> {
  const load = new Load(mode, 100_000, mode !== 'absent');
  const idle = (): void => undefined;
  const before = await load.measure(idle);
  const scope = { pids: [load.pid] };
  const sensor = await openLiveSensor({ scope, interest: [openat], log: silentLog });
  let during: number;
  try {
    sensor.setFilter(stableFilter());
    during = await load.measure(idle);
    const kept = sensor.poll(() => undefined);
    if (kept > 0) {
      throw new Error(`${kept} opens were not dropped`);
    }
  } finally {
    sensor.close();
  }
  const after = await load.measure(idle);
  await load.end();
  return (during - Math.min(before, after)) / (mode === 'absent' ? 1 : 2);
}

/** What the reader needs and reaches on a load that opens 10,000 different paths as fast as it can. */
async function readerFigures(): Promise<{ nsPerEvent: number; eventsPerSecond: number }> {
  const load = new Load('absent', 400_000);
  const scope = { pids: [load.pid] };
  const sensor = await openLiveSensor({ scope, interest: [openat], log: silentLog, ringBytes: 16 << 20 });
  try {
    let count = 0;
    const usage = process.cpuUsage();
    const start = performance.now();
    await load.measure(() => {
      count += takeAll(sensor);
    });
    while (sensor.poll(() => count++) > 0);
    const { user, system } = process.cpuUsage(usage);
    if (lostOf(sensor) > 0) {
      throw new Error(`${lostOf(sensor)} events were lost`);
    }
    const seconds = (performance.now() - start) / 1000;
    return { nsPerEvent: ((user + system) * 1000) / count, eventsPerSecond: count / seconds };
  } finally {
    sensor.close();
    await load.end();
  }
}

/** How fast JavaScript takes events with their paths out of a full ring, which is what it can sustain. */
async function drainRate(): Promise<number> {
  const load = new Load('absent', 200_000);
  const scope = { pids: [load.pid] };
  const sensor = await openLiveSensor({ scope, interest: [openat], log: silentLog, ringBytes: 64 << 20 });
  try {
    let count = 0;
    let busyMs = 0;
    await load.measure(() => undefined).catch(() => 0);
    for (let more = 1; more > 0;) {
      const start = performance.now();
      more = takeAll(sensor);
      busyMs += more >= 1000 ? performance.now() - start : 0;
      count += more >= 1000 ? more : 0;
    }
    return (count / busyMs) * 1000;
  } finally {
    sensor.close();
    await load.end();
  }
}

const unavailable = (): string | null => {
  const reason = whyNoSensor();
  if (reason !== null) {
    return reason;
  }
  try {
    execFileSync('cc', ['--version'], { stdio: 'ignore' });
    return null;
  } catch {
    return 'needs a C compiler for its load (cc)';
  }
};

const withoutRules = (): string | null =>
  unavailable() ?? (existsSync(stableRules) ? null : 'needs the upstream stable rules');

/** Modes of the load; each but the last opens files that exist, and closes them. */
const droppedOpens = {
  absolute: 'an absolute path',
  relative: 'a path from the working directory',
  dirfd: "a path from a directory's descriptor",
  long: 'a path of 230 bytes',
  unique: '10,000 paths',
  absent: '10,000 paths at which nothing is',
};

export const benchmarks: readonly Benchmark[] = [
  ...Object.entries(droppedOpens).map(([mode, what]) => ({
    id: `live.dropped-open.${mode}`,
    unit: 'ns/call',
    bar: '<= 350',
    note: `added in the load, by call, when ${what} is opened${mode === 'absent' ? '' : ' and closed'} and no stable rule wants it`,
    unavailable: withoutRules,
    run: () => addedByDroppedOpens(mode),
  })),
  {
    id: 'live.unwanted.load',
    unit: 'ns/call',
    bar: '<= 350',
    note: 'added in the load by a call of no interest (getppid); the reader does nothing for it',
    unavailable,
    run: () => addedInLoad('getppid', 400_000, [openat]),
  },
  {
    id: 'live.recorded.load',
    unit: 'ns/call',
    note: 'added in the load by an open that is recorded with its kernel path, and a close that is not',
    unavailable,
    run: () => addedInLoad('open', 100_000, [openat]),
  },
  {
    id: 'live.recorded.reader',
    unit: 'ns/event',
    note: "the reader's processor time for an open of 10,000 paths, with the path as a new text; no losses",
    unavailable,
    run: async () => (await readerFigures()).nsPerEvent,
  },
  {
    id: 'live.offered',
    unit: 'events/s',
    note: 'from one process that opens as fast as it can, no losses',
    unavailable,
    run: async () => (await readerFigures()).eventsPerSecond,
  },
  {
    id: 'live.drain',
    unit: 'events/s',
    bar: '>= 500000',
    note: 'taken out of a full ring with the path of each as a new text, one core',
    unavailable,
    run: drainRate,
  },
];
