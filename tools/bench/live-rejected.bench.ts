import { join } from 'node:path';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { Load } from '../../packages/sensor/src/testkit/load.ts';
import { buildOnce, DetectRun } from '../live/detect-run.ts';
import type { Benchmark } from './benchmark.ts';
import { unavailableHere } from './live-detect.bench.ts';

/** Calls that are made as fast as can be: their events fit into the ring, so that none is lost. */
const callsAtOnce = 15_000;
const bursts = 30;
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

/** ns of processor time of a round, the least of all bursts. */
async function leastOf(load: Load): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let burst = 0; burst < bursts; burst++) {
    least = Math.min(least, await load.run());
    await sleep(pauseMs);
  }
  return least;
}

/** ns that an open costs which a rule wants and rejects: what is added in the load, and all that the sensor does. */
async function rejectedLate(): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'lanner-late-'));
  const load = new Load('absolute', callsAtOnce, true);
  try {
    const before = await leastOf(load);
    const rules = join(folder, 'late.yaml');
    writeFileSync(rules, lateRule(load.folder));
    const run = new DetectRun(load.pid, [rules]);
    await run.ready;
    await sleep(settleMs);
    const start = run.usage().cpuSeconds;
    const during = await leastOf(load);
    const readerNs = ((run.usage().cpuSeconds - start) * 1e9) / (bursts * callsAtOnce);
    const { events, alerts } = await run.stop();
    if (alerts > 0 || events < bursts * callsAtOnce) {
      throw new Error(`${events} of ${bursts * callsAtOnce} opens came to the rules, ${alerts} alerts`);
    }
    parts = { loadNs: during - before, readerNs };
    return parts.loadNs + parts.readerNs;
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
      `an open that passes the kernel's filter and that no rule matches: ${Math.round(parts.loadNs)} added in the load (with its close), ${Math.round(parts.readerNs)} in lanner detect (dist/, default rules and one more)`,
    unavailable: unavailableHere,
    prepare: buildOnce,
    runs: 3,
    run: rejectedLate,
  },
];
