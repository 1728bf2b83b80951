// The soak test of the live detection: what ships watches a load of millions of events and of processes that live for a
// moment, and its memory must not grow. A long job of about seven minutes.
// Usage: npm run soak [-- SECONDS]   default: 400 s, for 24 million events at the rules and 200,000 processes
import { setTimeout as sleep } from 'node:timers/promises';
import { DetectRun, HeldLoad } from './live/detect-run.ts';
import { buildOnce } from './shipped.ts';

const seconds = Number(process.argv[2] ?? 400);
// The kernel's filter lets about half of the calls through to the rules.
const load = { calls: 112_000, processes: 500, seconds };
const sampleMs = 5000;
/** Growth of the median from the second fifth of the run to the last one that is still called flat. */
const flatRatio = 1.05;

buildOnce();
const held = new HeldLoad(load);
const run = new DetectRun(held.pid);
await run.ready;
held.release();
const samples: number[] = [];
const startMs = performance.now();
while (held.child.exitCode === null) {
  await Promise.race([sleep(sampleMs), held.ended()]);
  const { rssMib, cpuSeconds } = run.usage();
  samples.push(rssMib);
  console.log(
    `${((performance.now() - startMs) / 1000).toFixed(0).padStart(4)} s  ${rssMib.toFixed(1)} MiB  ${cpuSeconds.toFixed(1)} s of processor time`,
  );
}
const { events, log } = await run.stop();
await held.discard();

const fifth = Math.floor(samples.length / 5);
const early = median(samples.slice(fifth, 2 * fifth));
const late = median(samples.slice(-fifth));
console.log(
  `${events.toLocaleString('en')} events, ${(load.processes * seconds).toLocaleString('en')} processes; ` +
    `RSS ${early.toFixed(1)} MiB in the second fifth, ${late.toFixed(1)} MiB in the last, ${Math.max(...samples).toFixed(1)} MiB at most; ` +
    `${log.split('rules were blind').length - 1} blind intervals`,
);
if (!(late <= early * flatRatio)) {
  console.error('error: the memory has grown');
  process.exitCode = 1;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
