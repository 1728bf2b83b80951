// Whole-process replay of the bundle that ships: start-up, rules, inflating, decoding, state, matching, output.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeSyntheticCapture } from '@lanner/sensor';
import { buildOnce, shippedBin } from '../shipped.ts';
import type { Benchmark } from './benchmark.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const shared = join(root, '../shared');
const upstream = join(shared, 'reference/falco/upstream-rules');
const bigHost = join(shared, 'oracle/falco/captures/big-host.scap');
const cache = join(root, '.cache/bench');
const synthetic = join(cache, 'unique-paths.scap');
const everyEvent = join(cache, 'every-event.yaml');
const statsFile = join(cache, 'stats.json');

interface RunStats {
  readonly events: number;
  readonly alerts: number;
  readonly firstEventMs: number;
  readonly maxRssMb: number;
}

interface Run extends RunStats {
  readonly seconds: number;
}

const stable = [join(upstream, 'falco_rules.yaml')];
const allThree = ['falco_rules.yaml', 'falco-incubating_rules.yaml', 'falco-sandbox_rules.yaml'].map((name) =>
  join(upstream, name),
);

function needs(...paths: string[]): () => string | null {
  return () => {
    const missing = paths.find((path) => !existsSync(path));
    return missing === undefined ? null : `needs ${missing.replace(root, '')}`;
  };
}

/** Runs `lanner detect` once and waits; standard output is thrown away by the kernel. */
function replay(capture: string, rules: readonly string[], extra: readonly string[] = []): Run {
  mkdirSync(cache, { recursive: true });
  rmSync(statsFile, { force: true });
  const args = [shippedBin, 'detect', '--capture', capture, '--stats', statsFile];
  const started = performance.now();
  const { status, stderr } = spawnSync(
    process.execPath,
    [...args, ...rules.flatMap((rule) => ['-r', rule]), ...extra],
    { stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8' },
  );
  const seconds = (performance.now() - started) / 1000;
  if (status !== 0) {
    throw new Error(`lanner detect ended with ${status ?? 'a signal'}: ${stderr.slice(-500)}`);
  }
  return { ...(JSON.parse(readFileSync(statsFile, 'utf8')) as RunStats), seconds };
}

/** Seconds of a process that only inflates and walks. */
function walk(capture: string): number {
  const started = performance.now();
  spawnSync(process.execPath, [join(root, 'tools/bench/walk.ts'), capture], { stdio: 'ignore' });
  return (performance.now() - started) / 1000;
}

const rate = ({ events, seconds }: Run): number => events / seconds;

async function prepareSynthetic(): Promise<void> {
  buildOnce();
  if (!existsSync(synthetic)) {
    mkdirSync(cache, { recursive: true });
    await writeSyntheticCapture(synthetic);
  }
}

export const benchmarks: Benchmark[] = [
  {
    id: 'replay-stable',
    unit: 'events/s',
    bar: '>= 1,500,000',
    note: 'big-host.scap, upstream falco_rules.yaml, whole process',
    unavailable: needs(bigHost, upstream),
    prepare: buildOnce,
    run: () => rate(replay(bigHost, stable)),
  },
  {
    id: 'replay-three-files',
    unit: 'events/s',
    bar: '>= 1,000,000',
    note: 'big-host.scap, stable, incubating and sandbox',
    unavailable: needs(bigHost, upstream),
    prepare: buildOnce,
    run: () => rate(replay(bigHost, allThree)),
  },
  {
    id: 'replay-stable-to-walk',
    unit: 'times',
    note: 'time of replay-stable to that of inflating and walking the same file',
    unavailable: needs(bigHost, upstream),
    prepare: buildOnce,
    run: () => replay(bigHost, stable).seconds / walk(bigHost),
  },
  {
    id: 'replay-unique-paths',
    unit: 'events/s',
    bar: 'stretch 1,500,000',
    note: '10,000 unique paths and arguments, own capture, stable rules',
    unavailable: needs(upstream),
    prepare: prepareSynthetic,
    run: () => rate(replay(synthetic, stable)),
  },
  {
    id: 'replay-unique-paths-three-files',
    unit: 'events/s',
    bar: 'stretch 1,000,000',
    unavailable: needs(upstream),
    prepare: prepareSynthetic,
    run: () => rate(replay(synthetic, allThree)),
  },
  {
    id: 'replay-default-rules',
    unit: 'events/s',
    note: 'own capture, the rules that come with Lanner',
    prepare: prepareSynthetic,
    run: () => rate(replay(synthetic, [])),
  },
  {
    id: 'replay-every-event-json',
    unit: 'events/s',
    bar: '>= 100,000',
    note: 'every event an alert, JSON, 20 fields',
    prepare: prepareSynthetic,
    run: () => rate(replay(synthetic, [everyEventRules()], ['--json'])),
  },
  {
    id: 'replay-rss',
    unit: 'MB',
    bar: '<= 150',
    unavailable: needs(bigHost, upstream),
    prepare: buildOnce,
    run: () => replay(bigHost, stable).maxRssMb,
  },
  {
    id: 'replay-first-event',
    unit: 'ms',
    bar: '<= 400',
    note: 'from the start of the process',
    unavailable: needs(bigHost, upstream),
    prepare: buildOnce,
    run: () => replay(bigHost, stable).firstEventMs,
  },
];

function everyEventRules(): string {
  // Written by hand rather than by a library: it is a rule file of one rule.
  const text = `- rule: every event
  desc: Every event is an alert.
  condition: evt.num > 0
  warn_evttypes: false
  output: evt_type=%evt.type user=%user.name user_uid=%user.uid user_loginuid=%user.loginuid process=%proc.name proc_exepath=%proc.exepath parent=%proc.pname command=%proc.cmdline terminal=%proc.tty file=%fd.name
  priority: WARNING
`;
  mkdirSync(cache, { recursive: true });
  writeFileSync(everyEvent, text);
  return everyEvent;
}
