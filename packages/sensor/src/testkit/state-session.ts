import { type LiveDetails, EventView, type Fd } from '@lanner/engine';
import { eventBytes, type TestParam } from '@lanner/engine/testkit';
import type { FdRecord, ThreadRecord } from '../capture/records.ts';
import { emptyFd } from '../capture/fd-entry.ts';
import { emptyThread } from '../capture/thread-entry.ts';
import { type StateOptions, StateTables } from '../state/tables.ts';

/** Who causes an event, and when; by default `bash`, a microsecond after the event before. */
export interface EventSource {
  readonly tid?: number;
  readonly ts?: bigint;
  readonly cpu?: number;
  /** What the kernel says beside the event; default: it comes from a capture. */
  readonly live?: Partial<LiveDetails>;
}

export const initTid = 1;
export const bashTid = 100;
export const startTs = 1_700_000_000_000_000_000n;

/** State tables with two processes, `init` (1) and its child `bash` (100) in /home/joe, and the events of a test. */
export class StateSession {
  readonly state: StateTables;
  readonly event: EventView;
  #ts = startTs;

  constructor(options: StateOptions = {}) {
    this.state = new StateTables(options);
    this.event = new EventView(this.state);
    this.state.sink.section();
    this.state.sink.machine({
      cpuCount: 2,
      memoryBytes: 0,
      hostname: 'test',
      bootTs: 5n,
      maxPid: 0,
      flags: 0,
    });
    this.thread({
      tid: initTid,
      pid: initTid,
      ptid: 0,
      vtid: 1,
      vpid: 1,
      comm: 'init',
      exe: '/sbin/init',
      cwd: '/',
    });
    this.thread({
      tid: bashTid,
      pid: bashTid,
      ptid: initTid,
      vtid: bashTid,
      vpid: bashTid,
      comm: 'bash',
      exe: 'bash',
      exePath: '/bin/bash',
      args: ['-l'],
      cwd: '/home/joe',
      env: ['PATH=/bin'],
      fdLimit: 64,
      uid: 1000,
      gid: 1000,
    });
  }

  /** Puts a thread into the process list; to be called before the first event. */
  thread(properties: Partial<ThreadRecord>): void {
    this.state.sink.thread({ ...emptyThread(), ...properties });
  }

  /** Puts a descriptor into a thread's list. */
  fd(tid: number, number: number, type: number, properties: Partial<FdRecord> = {}): void {
    this.state.sink.fd(tid, { ...emptyFd(number, 0, type), ...properties });
  }

  /** Applies an event. The view is valid until the next one. */
  apply(code: string, params: readonly TestParam[], source: EventSource = {}): EventView {
    this.#ts = source.ts ?? this.#ts + 1000n;
    const bytes = eventBytes(code, params, { ts: this.#ts, tid: source.tid ?? bashTid });
    this.event.reset(bytes, new DataView(bytes.buffer), 0, source.cpu ?? 0);
    this.event.num++;
    // Tests give what is looked at.
    this.event.live = source.live === undefined ? null : (source.live as LiveDetails);
    this.state.apply(this.event);
    return this.event;
  }

  /** A descriptor as the tables have it now; null when there is none. */
  fdOf(number: number, tid: number = bashTid): Fd | null {
    return this.state.thread(tid)?.fds.get(number) ?? null;
  }

  /** Opens a file. */
  open(fd: number, path: string, source: EventSource = {}): EventView {
    return this.apply('SYSCALL_OPENAT_2_X', [fd, -100, path, 1, 0, 5, 77], source);
  }

  /** The exit event of a clone in the parent (`result` is the child) or in the child (`result` 0). */
  clone(result: number, tid: number, properties: CloneProperties = {}): EventView {
    const { pid = tid, ptid = bashTid, flags = 0, vtid = tid, vpid = pid, comm = 'child', ts } = properties;
    const usage = [1024, 1, 2, 3, 4, 5];
    const params = [result, '/bin/child', ['a', 'b'], tid, pid, ptid, '/', ...usage, comm];
    const rest = [properties.cgroups ?? ['cpu=/'], flags, 1000, 1000, vtid, vpid, 9];
    const code = properties.code ?? 'SYSCALL_CLONE_20_X';
    return this.apply(code, [...params, ...rest], ts === undefined ? { tid } : { tid, ts });
  }
}

export interface CloneProperties {
  readonly code?: string;
  readonly pid?: number;
  readonly ptid?: number;
  readonly flags?: number;
  readonly vtid?: number;
  readonly vpid?: number;
  readonly comm?: string;
  readonly cgroups?: readonly string[];
  readonly ts?: bigint;
}
