import type { Libbpf } from './libbpf.ts';

const realtime = 0;
const sinceBoot = 7;
const nsPerSecond = 1_000_000_000n;
/** Smaller differences are the time between the two readings. */
const toleranceNs = 5_000_000n;
const intervalMs = 1000;

/** Time since 1970 minus time since boot, which is what the programs have; it changes when the clock is set. */
export class BootClock {
  readonly #lib: Pick<Libbpf, 'clockGettime'>;
  readonly #time: Uint8Array = new Uint8Array(16);
  #offsetNs: bigint;
  #readAtMs = performance.now();

  constructor(lib: Pick<Libbpf, 'clockGettime'>) {
    this.#lib = lib;
    this.#offsetNs = this.#read();
  }

  get offsetNs(): bigint {
    return this.#offsetNs;
  }

  /** Looks again, at most once a second; true when the clock has been set meanwhile. */
  refresh(): boolean {
    const now = performance.now();
    if (now - this.#readAtMs < intervalMs) {
      return false;
    }
    this.#readAtMs = now;
    const offset = this.#read();
    const difference = offset - this.#offsetNs;
    if (difference < toleranceNs && difference > -toleranceNs) {
      return false;
    }
    this.#offsetNs = offset;
    return true;
  }

  #read(): bigint {
    return this.#clock(realtime) - this.#clock(sinceBoot);
  }

  #clock(id: number): bigint {
    this.#lib.clockGettime(id, this.#time);
    const view = new DataView(this.#time.buffer);
    return view.getBigInt64(0, true) * nsPerSecond + view.getBigInt64(8, true);
  }
}
