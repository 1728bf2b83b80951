import { readSync } from 'node:fs';
import { AppError } from '@lanner/core';
import type { Libbpf } from './libbpf.ts';

const pollIn = 1;
const entryBytes = 8;
const eventsAt = 4;
const foundAt = 6;
/** EFD_CLOEXEC | EFD_NONBLOCK */
const bellFlags = 0o2_004_000;

/** Waits for what rings and other threads have to tell. */
export class RingSleep {
  readonly #lib: Pick<Libbpf, 'poll' | 'eventfd' | 'errno'>;
  readonly #fds: number[];
  readonly #rung = new Uint8Array(8);
  #entries: DataView;
  #bell: number | null = null;

  constructor(lib: Pick<Libbpf, 'poll' | 'eventfd' | 'errno'>, ringFds: readonly number[]) {
    this.#lib = lib;
    this.#fds = [...ringFds];
    this.#entries = pollEntries(this.#fds);
  }

  /** Blocks until a ring can be read or the bell rings, at most for the time given. */
  wait(timeoutMs: number): void {
    const { byteLength, buffer } = this.#entries;
    this.#lib.poll(new Uint8Array(buffer), byteLength / entryBytes, timeoutMs);
    if (this.#bell !== null && this.#entries.getInt16(byteLength - entryBytes + foundAt, true) !== 0) {
      readSync(this.#bell, this.#rung);
    }
  }

  /** The bell, see LiveSensor. It is the caller's to close. */
  takeBell(): number {
    if (this.#bell !== null) {
      throw new Error('the bell of a sensor belongs to whoever has asked for it first');
    }
    const bell = this.#lib.eventfd(0, bellFlags);
    if (bell < 0) {
      throw new AppError('sensor.failed', 'The reader of the sensor could not be given a bell', {
        details: { errno: this.#lib.errno() },
      });
    }
    this.#bell = bell;
    this.#entries = pollEntries([...this.#fds, bell]);
    return bell;
  }
}

/** `struct pollfd` of each. */
function pollEntries(fds: readonly number[]): DataView {
  const entries = new DataView(new ArrayBuffer(fds.length * entryBytes));
  for (const [index, fd] of fds.entries()) {
    entries.setInt32(index * entryBytes, fd, true);
    entries.setInt16(index * entryBytes + eventsAt, pollIn, true);
  }
  return entries;
}
