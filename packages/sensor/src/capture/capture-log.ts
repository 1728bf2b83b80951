import { AppError } from '@lanner/core';
import { EventView, type Group, type User } from '@lanner/engine';
import { blankState } from './blank-state.ts';
import { type CaptureLimits, CaptureReader } from './reader.ts';
import type { CaptureSink, FdRecord, InterfaceRecord, MachineRecord, ThreadRecord } from './records.ts';

/** All that a capture gives, kept in memory: for tests. */
export class CaptureLog implements CaptureSink {
  sections = 0;
  readonly machines: MachineRecord[] = [];
  readonly interfaceLists: (readonly InterfaceRecord[])[] = [];
  readonly users: User[] = [];
  readonly groups: Group[] = [];
  readonly threads: ThreadRecord[] = [];
  readonly fds: { readonly tid: number; readonly record: FdRecord }[] = [];
  readonly events: LoggedEvent[] = [];
  /** What ended the reading early. */
  failure: AppError | null = null;
  /** What the reader counted as pushed out. */
  evictions = 0;
  /** The most that the reader buffered. */
  bufferedBytes = 0;

  section(): void {
    this.sections++;
  }

  machine(machine: MachineRecord): void {
    this.machines.push(machine);
  }

  interfaces(interfaces: readonly InterfaceRecord[]): void {
    this.interfaceLists.push(interfaces);
  }

  user(user: User): void {
    this.users.push(user);
  }

  group(group: Group): void {
    this.groups.push(group);
  }

  thread(record: ThreadRecord): void {
    this.threads.push(record);
  }

  fd(tid: number, record: FdRecord): void {
    this.fds.push({ tid, record });
  }
}

export interface LoggedEvent {
  readonly code: string;
  readonly cpu: number;
  readonly flags: number;
  readonly bytes: Uint8Array;
}

/** Reads a capture that is cut into chunks and keeps all that it gives. */
export function logCapture(chunks: Iterable<Uint8Array>, limits: CaptureLimits = {}): CaptureLog {
  const reader = new CaptureReader(limits);
  const log = new CaptureLog();
  const event = new EventView(blankState);
  const drain = (): void => {
    log.bufferedBytes = Math.max(log.bufferedBytes, reader.bufferedBytes);
    while (reader.next(event, log) === 'event') {
      log.events.push({
        code: event.info.code,
        cpu: event.cpu,
        flags: reader.eventFlags,
        // Not `slice`, which is no copy when the chunk is a Buffer.
        bytes: new Uint8Array(event.bytes.subarray(event.offset, event.offset + event.size)),
      });
    }
  };
  try {
    for (const chunk of chunks) {
      reader.push(chunk);
      drain();
    }
    reader.end();
    drain();
  } catch (error) {
    if (!(error instanceof AppError)) {
      throw error;
    }
    log.failure = error;
  }
  log.evictions = reader.evictions;
  return log;
}

/** All that a log holds of its capture as one text, which compares much faster than the objects. */
export function logText(log: CaptureLog): string {
  return JSON.stringify(log, (key, value: unknown) => {
    if (key === 'bufferedBytes') {
      return undefined;
    }
    if (typeof value === 'bigint') {
      return `${value}n`;
    }
    return value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value;
  });
}

/** Cuts bytes into pieces of the given sizes, over and over. */
export function* cut(bytes: Uint8Array, sizes: readonly number[]): Generator<Uint8Array> {
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const size = Math.max(1, sizes[i % sizes.length] ?? bytes.length);
    // A copy of its own: a reader that kept a view over an earlier piece would be found out.
    yield new Uint8Array(bytes.subarray(at, at + size));
    at += size;
  }
}
