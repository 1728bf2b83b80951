import { EventView } from '@lanner/engine';
import { eventBytes, type TestParam } from '@lanner/engine/testkit';
import type { Benchmark } from '../../../../tools/bench/benchmark.ts';
import { latin1 } from '../capture/latin1.ts';
import { seededRandom } from '../capture/seeded-random.ts';
import { emptyThread } from '../capture/thread-entry.ts';
import { StateTables } from './tables.ts';

const rounds = 100_000;
const tid = 1000;

interface Encoded {
  readonly bytes: Uint8Array;
  readonly view: DataView;
}

function encoded(code: string, params: readonly TestParam[], source: number = tid): Encoded {
  const bytes = eventBytes(code, params, { tid: source });
  return { bytes, view: new DataView(bytes.buffer) };
}

function startedTables(): StateTables {
  const state = new StateTables();
  const init = { ...emptyThread(), tid: 1, pid: 1, vtid: 1, vpid: 1, comm: 'init', cwd: '/' };
  state.sink.thread(init);
  state.sink.thread({ ...init, tid, pid: tid, ptid: 1, vtid: tid, vpid: tid, comm: 'worker', cwd: '/srv' });
  return state;
}

/** Nanoseconds of CPU time for each of the events, applied in turn. */
function measure(id: string, bar: string, prepare: () => readonly Encoded[]): Benchmark {
  return {
    id: `state.${id}`,
    unit: 'ns/event',
    bar,
    run() {
      const events = prepare();
      const state = startedTables();
      const event = new EventView(state, latin1);
      const started = process.cpuUsage();
      for (let i = 0; i < rounds; i++) {
        for (const { bytes, view } of events) {
          event.reset(bytes, view, 0, 0);
          state.apply(event);
        }
      }
      const { user, system } = process.cpuUsage(started);
      return ((user + system) * 1000) / (rounds * events.length);
    },
  };
}

/** Opens of many files, each closed again. */
function filesOpenedAndClosed(): readonly Encoded[] {
  const random = seededRandom(1);
  return Array.from({ length: 32 }, () => {
    const path = `/usr/lib/x86_64-linux-gnu/module-${random(20)}/lib${random(100)}.so`;
    return [
      encoded('SYSCALL_OPENAT_2_X', [3, -100, path, 1, 0, 0x801, 100_000 + random(1000)]),
      encoded('SYSCALL_READ_X', [64, 'the first bytes of a file', 3, 4096]),
      encoded('SYSCALL_CLOSE_X', [0, 3]),
    ];
  }).flat();
}

/** A process that starts, runs another program, and exits. */
function processesStarted(): readonly Encoded[] {
  const usage = [1024, 0, 10, 4096, 1024, 0];
  const cgroups = ['cpu=/system.slice/worker.service', 'memory=/system.slice/worker.service'];
  const child = 2000;
  const clone = (result: number, source: number): TestParam[] => [
    ...[result, 'worker', ['--job', '17'], source, source, source === tid ? 1 : tid, '/srv', ...usage],
    ...['worker', cgroups, 0x0100_0000, 0, 0, source, source, 0],
  ];
  const identity = [0, child, 0xffff_ffff, 0, 0, 0, 0, 5000, 1n, 1n, 0];
  const execve: TestParam[] = [
    ...[0, 'tool', ['--config', '/srv/conf.yaml', '--verbose'], child, child, tid, '/srv', ...usage],
    ...['tool', cgroups, ['PATH=/usr/local/bin:/usr/bin', 'HOME=/root'], ...identity],
    ...['/usr/local/bin/tool', child, 0, '/usr/local/bin/tool'],
  ];
  return [
    encoded('SYSCALL_CLONE_20_X', clone(child, tid)),
    encoded('SYSCALL_CLONE_20_X', clone(0, child), child),
    encoded('SYSCALL_EXECVE_19_X', execve, child),
    encoded('PROCEXIT_1_E', [0, 0, 0, 0, 1], child),
    encoded('SYSCALL_GETUID_X', [0]),
  ];
}

export const benchmarks: readonly Benchmark[] = [
  measure('files', '≤ 150', filesOpenedAndClosed),
  measure('processes', '≤ 1500', processesStarted),
];
