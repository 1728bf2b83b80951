import { type AppError, silentLog } from '@lanner/core';
import type { RuleSampling } from '@lanner/engine';
import { ProcessSource } from '@lanner/sensor';
import { LiveEngine } from '../engine.ts';
import type { EngineMessage, LiveAlert, OpenSettings } from '../protocol.ts';
import type { PreparedSource } from '../sensor-port.ts';
import { FakeSource } from './fake-source.ts';
import { programOf, ruleText } from './programs.ts';

export const settings: OpenSettings = {
  scope: { pids: [process.pid], cgroups: [], mountNamespaces: [] },
  ringBytes: 1 << 20,
  cpusPerRing: null,
  snapLength: 80,
  dropsFailed: false,
  purge: { intervalMs: 300_000, idleMs: 300_000 },
  base: { customSet: [], repair: false, all: false },
  record: null,
  heldPid: null,
  budget: { cpuRatio: null, rssBytes: 100 },
};
const noProcesses = { text: () => null, link: () => null, names: () => null, attributes: () => null };

/** An engine with everything around it in the hands of a test. */
export interface Bench {
  readonly engine: LiveEngine;
  readonly source: FakeSource;
  readonly messages: EngineMessage[];
  readonly clock: { ms: number };
  /** Why the source cannot be made ready. */
  readonly ready: { fails: AppError | null };
  /** Times that garbage was collected. */
  readonly collected: { count: number };
  /** Descriptors that the other thread was told of. */
  readonly bells: number[];
  readonly usage: { cpuSeconds: number; rssBytes: number };
  /** Where messages go beside the list. */
  readonly deliver: { to?: (message: EngineMessage) => void };
  readonly open: (path: string) => void;
}

export function startBench(sampling?: RuleSampling): Bench {
  const source = new FakeSource();
  const messages: EngineMessage[] = [];
  const clock = { ms: 1_700_000_000_000 };
  const usage = { cpuSeconds: 0, rssBytes: 0 };
  const deliver: Bench['deliver'] = {};
  const collected = { count: 0 };
  const ready: Bench['ready'] = { fails: null };
  const bells: number[] = [];
  const prepared: PreparedSource = {
    open({ interest, state }) {
      source.setInterest(interest);
      source.state = state;
      return source;
    },
    close() {
      source.closed = true;
    },
  };
  const engine = new LiveEngine({
    asksContainers: true,
    prepareSource: () =>
      ready.fails === null
        ? Promise.resolve({ ready: Promise.resolve(prepared) })
        : Promise.reject(ready.fails),
    processes: new ProcessSource({ files: noProcesses, now: () => clock.ms }),
    system: { hostname: 'test', maxThreads: 1000, utcOffsetS: 0 },
    send: (message) => {
      messages.push(message);
      deliver.to?.(message);
    },
    tellBell: (fd) => bells.push(fd),
    log: silentLog,
    usage: () => usage,
    collectGarbage: () => {
      collected.count++;
    },
    now: () => clock.ms,
    ...(sampling === undefined ? {} : { sampling }),
  });
  return {
    engine,
    source,
    messages,
    clock,
    bells,
    usage,
    collected,
    ready,
    deliver,
    open(path) {
      source.put('SYSCALL_OPENAT_2_X', [3, -100, path, 1, 0, 5, 77], 42);
    },
  };
}

export function alertsOf(messages: readonly EngineMessage[]): LiveAlert[] {
  return messages.flatMap((message) => (message.kind === 'alerts' ? message.alerts : []));
}

/** One whose engine has taken the rules and sees events. */
export async function runningBench(rules: string, more: Partial<OpenSettings> = {}): Promise<Bench> {
  const bench = startBench();
  bench.engine.load(programOf(rules));
  await bench.engine.open({ ...settings, ...more });
  bench.engine.begin();
  return bench;
}

export const secret = ruleText('Secret', 'evt.type = openat and fd.name = /secret', 'opened %fd.name');
