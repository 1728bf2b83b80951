import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { silentLog } from '@lanner/core';
import {
  compileOutput,
  compileRuleset,
  createFieldLookup,
  createFilter,
  eventTable,
  EventView,
  fieldClasses,
  formatOutput,
  type LiveDetails,
  type KernelFilter,
  type LoadedRule,
} from '@lanner/engine';
import { latin1 } from '../capture/latin1.ts';
import { type LiveSensor, openLiveSensor } from '../live/sensor.ts';
import { StateTables } from '../state/tables.ts';
import { allTypes } from './scoped-run.ts';

/** An event as bytes, without the time, which two sensors read one after the other. */
export interface SeenEvent {
  readonly type: number;
  readonly tid: number;
  readonly bytes: Buffer;
  /** Where the kernel finds the event's file. */
  readonly path: string | null;
  /** Where its relative paths start. */
  readonly directories: readonly (string | null)[];
  readonly file: { readonly device: number; readonly inode: bigint; readonly fileType: number };
}

export interface Watched {
  /** What a sensor without a filter saw. */
  readonly all: readonly SeenEvent[];
  /** What one with the filter saw. */
  readonly kept: readonly SeenEvent[];
}

/** Two sensors that see the same processes: one with a filter and one without. */
export class TwoSensors {
  readonly #sensors: readonly [LiveSensor, LiveSensor];

  private constructor(sensors: readonly [LiveSensor, LiveSensor]) {
    this.#sensors = sensors;
  }

  static async open(): Promise<TwoSensors> {
    const options = { scope: { pids: [] }, log: silentLog };
    const first = await openLiveSensor(options);
    try {
      return new TwoSensors([first, await openLiveSensor(options)]);
    } catch (error) {
      first.close();
      throw error;
    }
  }

  /** Runs a shell script in the scope of both. */
  async watch(filter: KernelFilter, script: string, cwd: string): Promise<Watched> {
    const interest = eventTable.filter(({ id }) => filter.types[id]?.verdict !== 'drop').map(({ id }) => id);
    const before = this.#lost();
    this.#sensors[1].setFilter(null);
    // Without a filter the state has all that it can have.
    this.#sensors[0].setInterest(allTypes());
    this.#sensors[1].setInterest(interest);
    this.#sensors[1].setFilter(filter);
    const child = spawn('/bin/sh', ['-c', `echo started; read go; exec >/dev/null; ${script}`], {
      cwd,
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    // What the shell does before it waits would be seen by the sensor only whose scope it belongs to first.
    await once(child.stdout, 'data');
    const seen: [SeenEvent[], SeenEvent[]] = [[], []];
    const drain = (): number => {
      let count = 0;
      for (const [i, sensor] of this.#sensors.entries()) {
        count += sensor.poll((event) => seen[i as 0 | 1].push(copyOf(event)));
      }
      return count;
    };
    // A process that could not be started has no id, and the wait below fails.
    this.#sensors.forEach((sensor) => sensor.addToScope(child.pid ?? -1));
    await exited(child, drain);
    if (this.#lost() > before) {
      throw new Error('the sensors lost events: the comparison means nothing');
    }
    return { all: seen[0], kept: seen[1] };
  }

  close(): void {
    this.#sensors.forEach((sensor) => sensor.close());
  }

  #lost(): number {
    let lost = 0;
    for (const { cpus } of this.#sensors.map((sensor) => sensor.stats())) {
      cpus.forEach((cpu) => (lost += cpu.lost));
    }
    return lost;
  }
}

async function exited(child: ChildProcess, drain: () => number): Promise<void> {
  let hasExited = false;
  const ended = once(child, 'exit').then(() => {
    hasExited = true;
  });
  child.stdin?.end('go\n');
  while (!hasExited) {
    drain();
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await ended;
  // Events that were on their way when the last process ended.
  await new Promise((resolve) => setTimeout(resolve, 50));
  while (drain() > 0);
}

function copyOf(event: EventView): SeenEvent {
  const bytes = Buffer.from(event.bytes.subarray(event.offset, event.offset + event.size));
  const directories = [0, 1].map((place) => event.live?.directory(place) ?? null);
  const { device = 0, inode = 0n, fileType = 0 } = event.live ?? {};
  const path = event.live?.kernelPath ?? null;
  return { type: event.type, tid: event.tid, bytes, path, directories, file: { device, inode, fileType } };
}

/** Hands out recorded events, as a view with the state applied. */
function replaySeen(events: readonly SeenEvent[], onEvent: (event: EventView) => void): void {
  const state = new StateTables();
  const event = new EventView(state, latin1);
  for (const { bytes, path, directories, file } of events) {
    event.reset(bytes, new DataView(bytes.buffer, bytes.byteOffset, bytes.length), 0, 0);
    event.num++;
    // Filter and state read nothing else of the header.
    const directory = (place: number): string | null => directories[place] ?? null;
    event.live = { ...file, kernelPath: path, directory } as LiveDetails;
    state.apply(event);
    onEvent(event);
  }
}

/** The events that the filter passes by the JavaScript that it is defined by. */
export function passing(filter: KernelFilter, events: readonly SeenEvent[]): SeenEvent[] {
  const passes = createFilter(filter);
  const kept: SeenEvent[] = [];
  let i = 0;
  replaySeen(events, (event) => {
    const seen = events[i++];
    if (seen !== undefined && passes(event)) {
      kept.push(seen);
    }
  });
  return kept;
}

/** Events of each thread in their order, as texts that can be compared. */
export function byThread(events: readonly SeenEvent[]): string[] {
  const threads = Map.groupBy(events, ({ tid }) => tid);
  return [...threads.keys()]
    .sort((a, b) => a - b)
    .flatMap((tid) =>
      (threads.get(tid) ?? []).map((event) => `${tid} ${eventTable[event.type]?.name} ${paramsOf(event)}`),
    );
}

// Behind the header; clone and exit events tell times and memory that differ from one sensor to the next.
function paramsOf({ bytes, type }: SeenEvent): string {
  const name = eventTable[type]?.name ?? '';
  const isStable = !/clone|fork|exec|procexit|mmap|brk/.test(name);
  return isStable ? bytes.subarray(26).toString('latin1') : '';
}

/** Alerts of all rules as texts, those of one thread together: two sensors see different CPUs in different order. */
export function alertsOf(events: readonly SeenEvent[], rules: readonly LoadedRule[]): string[] {
  const compiled = compileRuleset(rules, 'all');
  const fields = createFieldLookup(fieldClasses);
  const outputs = new Map(
    rules.map((rule) => [rule, compileOutput(rule.output, { fields, source: rule.source })]),
  );
  const alerts: string[] = [];
  replaySeen(events, (event) => {
    compiled.match(event, (rule) => {
      const output = outputs.get(rule);
      alerts.push(
        `${event.tid} ${rule.name}: ${output?.ok === true ? formatOutput(output.output, event) : ''}`,
      );
    });
  });
  return alerts.sort((a, b) => Number.parseInt(a) - Number.parseInt(b));
}
