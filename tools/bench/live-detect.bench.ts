import { spawnSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { DetectRun, HeldLoad, type LoadSettings } from '../live/detect-run.ts';
import { buildOnce } from '../shipped.ts';
import { whyNoSensor } from '../../packages/sensor/src/testkit/scoped-run.ts';
import type { Benchmark } from './benchmark.ts';

/** From the start of the sensor to the moment at which its memory is looked at. */
const restMs = 10_000;
/** V8 collects once more what a start has left behind, some ten seconds after it. */
const quietMs = 30_000;
const idleSeconds = 20;
const busy: LoadSettings = { calls: 60_000, processes: 0, seconds: 20 };

/** Why a sensor cannot be measured on this machine; null when it can. */
export function unavailableHere(): string | null {
  const reason = whyNoSensor();
  return (
    reason ?? (spawnSync('cc', ['--version']).status === 0 ? null : 'needs a C compiler for its load (cc)')
  );
}

/** Runs the detection on a load that is held back; `measure` may let it go. */
async function onHeldLoad<Figure>(
  load: LoadSettings,
  measure: (run: DetectRun, held: HeldLoad) => Promise<Figure>,
): Promise<Figure> {
  const held = new HeldLoad(load);
  const run = new DetectRun(held.pid);
  try {
    return await measure(run, held);
  } finally {
    await run.stop();
    await held.discard();
  }
}

const readyMs = (): Promise<number> => onHeldLoad(busy, (run) => run.ready);

const idleRss = (): Promise<number> =>
  onHeldLoad(busy, async (run) => {
    await run.ready;
    await sleep(restMs);
    return run.usage().rssMib;
  });

const idleCpu = (): Promise<number> =>
  onHeldLoad(busy, async (run) => {
    await run.ready;
    await sleep(quietMs);
    const before = run.usage().cpuSeconds;
    await sleep(idleSeconds * 1000);
    return ((run.usage().cpuSeconds - before) / idleSeconds) * 100;
  });

let eventsPerSecond = 0;

/** The most that is seen from the middle of the load on. */
async function busyRss(): Promise<number> {
  const held = new HeldLoad(busy);
  const run = new DetectRun(held.pid);
  try {
    await run.ready;
    held.release();
    await sleep((busy.seconds / 2) * 1000);
    let most = 0;
    while (held.child.exitCode === null) {
      most = Math.max(most, run.usage().rssMib);
      await sleep(250);
    }
    return most;
  } finally {
    eventsPerSecond = (await run.stop()).events / busy.seconds;
    await held.discard();
  }
}

const shared = { unavailable: unavailableHere, prepare: buildOnce } as const;

export const benchmarks: readonly Benchmark[] = [
  {
    id: 'live.ready',
    unit: 'ms',
    bar: '<= 1000',
    note: 'from the start of lanner detect (dist/, default rules) until the sensor runs',
    ...shared,
    run: readyMs,
  },
  {
    id: 'live.rss-idle',
    unit: 'MiB',
    bar: '<= 90',
    note: 'VmRSS of lanner detect (dist/, default rules) 10 s after the sensor runs, one idle process in its scope',
    ...shared,
    run: idleRss,
  },
  {
    id: 'live.cpu-idle',
    unit: '%',
    bar: '<= 0.3',
    note: `processor time of the same over ${idleSeconds} s, from ${quietMs / 1000} s after its start`,
    ...shared,
    run: idleCpu,
  },
  {
    id: 'live.rss-50k',
    unit: 'MiB',
    bar: '<= 120',
    note: () =>
      `the most VmRSS in the second half of ${busy.seconds} s of load; ${Math.round(eventsPerSecond).toLocaleString('en')} events/s came to the rules`,
    ...shared,
    run: busyRss,
  },
];
