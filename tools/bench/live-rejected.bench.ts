import { join } from 'node:path';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { Load } from '../../packages/sensor/src/testkit/load.ts';
import { DetectRun } from '../live/detect-run.ts';
import { buildOnce } from '../shipped.ts';
import type { Benchmark } from './benchmark.ts';
import { unavailableHere } from './live-detect.bench.ts';

/** Calls that are made as fast as can be: their events fit into the ring, so that none is lost. */
const callsAtOnce = 15_000;
const bursts = 30;
/** An open and a close, as the other benches of opens and Falco's own figure have it. */
const callsOfRound = 2;
/** Longer than the reader needs for a burst. */
const pauseMs = 150;
/** From the start of the sensor until its filter is in the kernel, and nothing of the start goes on. */
const settleMs = 4000;

/**
 * The kernel cannot know what the second process before is called: it lets these opens through, and the rule rejects them
 * with its last condition.
 */
function lateRule(folder: string): string {
  return `- rule: Opened by a descendant of nobody
  desc: Never matches, which is found out as late as can be.
  condition: evt.type in (open, openat, openat2) and fd.name startswith ${folder} and proc.aname[2] = lanner-nobody
  output: "%fd.name"
  priority: NOTICE
`;
}

let parts = { loadNs: Number.NaN, readerNs: Number.NaN };

/** What a call costs in several bursts. */
interface Bursts {
  /** ns of processor time in the load, the least. */
  readonly loadNs: number;
  /** ns of processor time elsewhere, in the middle of all bursts: `seconds` tells of seconds since some start. */
  readonly otherNs: number;
}

async function inBursts(load: Load, seconds: () => number): Promise<Bursts> {
  const loads: number[] = [];
  const others: number[] = [];
  for (let burst = 0; burst < bursts; burst++) {
    const before = seconds();
    loads.push(await load.run());
    await sleep(pauseMs);
    others.push(((seconds() - before) * 1e9) / callsAtOnce);
  }
  others.sort((a, b) => a - b);
  return { loadNs: Math.min(...loads), otherNs: others[bursts >> 1] ?? Number.NaN };
}

/**
 * ns by call that an open costs which a rule wants and rejects, and its close: what is added in the load, and all that the
 * sensor does.
 */
async function rejectedLate(): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'lanner-late-'));
  const load = new Load('absolute', callsAtOnce, true);
  try {
    const before = await inBursts(load, () => 0);
    const rules = join(folder, 'late.yaml');
    writeFileSync(rules, lateRule(load.folder));
    const run = new DetectRun(load.pid, [rules]);
    await run.ready;
    await sleep(settleMs);
    const seconds = (): number => run.usage().cpuSeconds;
    // Compilers warm up.
    await inBursts(load, seconds);
    const during = await inBursts(load, seconds);
    const { events, alerts } = await run.stop();
    const opens = 2 * bursts * callsAtOnce;
    if (alerts > 0 || events < opens) {
      throw new Error(`${events} of ${opens} opens came to the rules, ${alerts} alerts`);
    }
    parts = { loadNs: during.loadNs - before.loadNs, readerNs: during.otherNs };
    return (parts.loadNs + parts.readerNs) / callsOfRound;
  } finally {
    await load.end();
    rmSync(folder, { recursive: true });
  }
}

export const benchmarks: readonly Benchmark[] = [
  {
    id: 'live.rejected-late',
    unit: 'ns/call',
    bar: '<= 2000',
    note: () =>
      `by call, when a file is opened and closed, the open passes the kernel's filter and no rule matches; for both calls ${Math.round(parts.loadNs)} added in the load, ${Math.round(parts.readerNs)} in lanner detect (dist/, default rules and one more)`,
    unavailable: unavailableHere,
    prepare: buildOnce,
    runs: 3,
    run: rejectedLate,
  },
];
