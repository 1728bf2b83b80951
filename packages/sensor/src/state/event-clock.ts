import type { EventView } from '@lanner/engine';
import { isMetaEvent } from './event-kinds.ts';

/** The times of events that others are measured against. */
export class EventClock {
  firstTs = 0n;
  // Halves of the times of the event at hand and of the one before: a bigint is only made for who asks.
  #high = 0;
  #low = 0;
  #previousHigh = 0;
  #previousLow = 0;
  #switchTs: bigint[] = [];
  #hasFirst = false;

  note(event: EventView): void {
    this.#previousHigh = this.#high;
    this.#previousLow = this.#low;
    this.#high = event.tsHi;
    this.#low = event.tsLo;
    if (!this.#hasFirst && isMetaEvent[event.type] === false) {
      this.#hasFirst = true;
      this.firstTs = event.ts;
    }
  }

  /** Upper half of the time of the last event. */
  get high(): number {
    return this.#high;
  }

  get previousTs(): bigint {
    return (BigInt(this.#previousHigh) << 32n) | BigInt(this.#previousLow);
  }

  /** Notes a context switch and gives the ns since the previous one of its CPU, 0 at the first. */
  noteSwitch(event: EventView, cpuCount: number): number {
    if (event.cpu >= cpuCount) {
      return 0;
    }
    const { ts } = event;
    const last = this.#switchTs[event.cpu] ?? 0n;
    this.#switchTs[event.cpu] = ts;
    return last === 0n ? 0 : Number(BigInt.asUintN(64, ts - last));
  }

  clear(): void {
    this.#hasFirst = false;
    this.firstTs = 0n;
    this.#high = 0;
    this.#low = 0;
    this.#previousHigh = 0;
    this.#previousLow = 0;
    this.#switchTs = [];
  }
}
