import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { once } from 'node:events';
import { silentLog } from '@lanner/core';
import { eventTable, type EventView, systemCalls } from '@lanner/engine';
import type { LiveHeader } from '../live/live-header.ts';
import type { LiveSensor, LiveSensorOptions } from '../live/sensor.ts';
import { openLiveSensor } from '../live/sensor.ts';

/** An event as a test looks at it. */
export interface RecordedEvent {
  readonly name: string;
  readonly code: string;
  readonly tid: number;
  readonly ts: bigint;
  /** Numbers as numbers, everything else as byte strings; null for an empty parameter. */
  readonly params: Readonly<Record<string, number | string | null>>;
  readonly live: {
    readonly pid: number;
    readonly parentPid: number;
    readonly kernelPath: string | null;
    readonly inode: bigint;
    readonly device: number;
    readonly uid: number;
    readonly mountNamespace: number;
    readonly pidNamespace: number;
    readonly startTimeNs: bigint;
    readonly raced: boolean;
    readonly truncated: boolean;
    readonly compat32: boolean;
  };
}

/** Why the sensor cannot run here, or null. Tests that need it name this when they skip. */
export function whyNoSensor(): string | null {
  const held = BigInt(
    `0x${/^CapEff:\s*(\w+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '0'}`,
  );
  const isAllowed =
    ((held >> 21n) & 1n) === 1n || (((held >> 38n) & 1n) === 1n && ((held >> 39n) & 1n) === 1n);
  if (!isAllowed) {
    return 'needs CAP_BPF and CAP_PERFMON';
  }
  if (!existsSync('/sys/kernel/btf/vmlinux')) {
    return 'needs a kernel with BTF';
  }
  const libraries = ['/usr/lib/x86_64-linux-gnu', '/usr/lib/aarch64-linux-gnu', '/usr/lib64', '/usr/lib'];
  return libraries.some((folder) => existsSync(`${folder}/libbpf.so.1`))
    ? null
    : 'needs libbpf.so.1 (libbpf1)';
}

/** Every type that any system call gives, and the end of threads. */
export function allTypes(): Set<number> {
  return new Set([...systemCalls.map((call) => call.event), typeOf('PROCEXIT_1_E')]);
}

export function typeOf(code: string): number {
  return eventTable.findIndex((info) => info.code === code);
}

export interface ScopedRunOptions extends Partial<LiveSensorOptions> {
  /** Whether the child is in scope from the start; default true. */
  readonly pidToScope?: boolean;
  readonly followsForks?: boolean;
}

/** A child that waits, in the scope of a sensor of its own, until it is told to run. */
export class ScopedRun {
  readonly child: ChildProcess;
  readonly sensor: LiveSensor;
  readonly events: RecordedEvent[] = [];

  private constructor(child: ChildProcess, sensor: LiveSensor) {
    this.child = child;
    this.sensor = sensor;
  }

  static async open(
    command: readonly string[],
    { pidToScope = true, followsForks = true, ...options }: ScopedRunOptions = {},
  ): Promise<ScopedRun> {
    // The shell waits for a line before it becomes the command.
    const child = spawn('/bin/sh', ['-c', 'read go && exec "$@"', 'sh', ...command], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const sensor = await openLiveSensor({
      scope: { pids: pidToScope ? [child.pid as number] : [], followsForks },
      interest: allTypes(),
      log: silentLog,
      ...options,
    });
    return new ScopedRun(child, sensor);
  }

  /** Runs the command to its end and takes in every event. */
  async run(onEvent?: (event: EventView, header: LiveHeader) => void): Promise<readonly RecordedEvent[]> {
    const closed = once(this.child, 'close');
    this.go();
    let isRunning = true;
    void closed.then(() => {
      isRunning = false;
    });
    while (isRunning) {
      this.take(onEvent);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    this.take(onEvent);
    return this.events;
  }

  go(): void {
    this.child.stdout?.resume();
    this.child.stdin?.write('go\n');
  }

  /** Takes in all that waits. */
  take(onEvent?: (event: EventView, header: LiveHeader) => void): void {
    const handle =
      onEvent ??
      ((event: EventView, header: LiveHeader): void => {
        this.events.push(record(event, header));
      });
    while (this.sensor.poll(handle) > 0);
  }

  close(): void {
    this.child.kill('SIGKILL');
    this.sensor.close();
  }
}

/** Runs a command in the scope of a sensor and gives its events. */
export async function recordRun(
  command: readonly string[],
  options: Partial<LiveSensorOptions> = {},
): Promise<readonly RecordedEvent[]> {
  const run = await ScopedRun.open(command, options);
  try {
    return await run.run();
  } finally {
    run.close();
  }
}

function record(event: EventView, header: LiveHeader): RecordedEvent {
  return {
    name: event.info.name,
    code: event.info.code,
    tid: event.tid,
    ts: event.ts,
    params: Object.fromEntries(
      event.info.params.map((param, index) => [param.name, valueOf(event, index, param.type)]),
    ),
    live: {
      pid: header.pid,
      parentPid: header.parentPid,
      kernelPath: header.kernelPath,
      inode: header.inode,
      device: header.device,
      uid: header.uid,
      mountNamespace: header.mountNamespace,
      pidNamespace: header.pidNamespace,
      startTimeNs: header.startTimeNs,
      raced: header.raced,
      truncated: header.truncated,
      compat32: header.compat32,
    },
  };
}

const rawTypes = new Set(['BYTEBUF', 'SOCKTUPLE', 'SOCKADDR', 'DYN', 'FDLIST']);
const textTypes = new Set(['CHARBUF', 'FSPATH', 'FSRELPATH']);

function valueOf(event: EventView, index: number, type: string): number | string | null {
  const length = event.length(index);
  if (length === 0) {
    return null;
  }
  if (rawTypes.has(type)) {
    return event.raw(index);
  }
  if (textTypes.has(type)) {
    return event.text(index);
  }
  switch (length) {
    case 1:
      return event.u8(index);
    case 2:
      return event.u16(index);
    case 4:
      return event.u32(index);
    default:
      return event.i64(index);
  }
}
