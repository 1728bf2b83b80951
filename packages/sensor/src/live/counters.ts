import { eventTable } from '@lanner/engine';

/** Layout of `struct cpu_counters` of packages/sensor/bpf/maps.h, in 64-bit words. */
const offeredAt = 0;
const lostAt = 2;
const repeatedAt = lostAt + eventTable.length;
const words = repeatedAt + 1;

/** What the sensor counts of one CPU, from its start on. Offered is the sum of seen, lost and what still waits. */
export interface CpuCounts {
  readonly cpu: number;
  /** Events that were given to the ring. */
  readonly offered: number;
  /** Events that the reader has handed out. */
  readonly seen: number;
  /** Events that found no room, as the kernel counts them. */
  readonly lost: number;
  /** Lost events that the reader has noticed by a gap in the sequence. */
  readonly gaps: number;
}

export interface LiveStats {
  readonly cpus: readonly CpuCounts[];
  /** Lost events by the number of their type. */
  readonly lostByType: ReadonlyMap<number, number>;
  /** Uses of files that were not told, as they had been told as evidence within the window. */
  readonly repeatedEvidence: number;
}

/** Bytes of the counters of `cpus` CPUs. */
export function counterBytes(cpus: number): number {
  return cpus * words * 8;
}

/** Counts what is seen, and reads what the kernel has counted. */
export class Counters {
  readonly #kernel: BigUint64Array;
  /** The same memory; most words are 0, and found to be so without a big integer. */
  readonly #halves: Uint32Array;
  readonly #seen: Float64Array;
  readonly #gaps: Float64Array;
  /** Lower halves of the sequence numbers that come next. */
  readonly #next: Uint32Array;

  constructor(memory: ArrayBuffer, cpus: number) {
    this.#kernel = new BigUint64Array(memory, 0, cpus * words);
    this.#halves = new Uint32Array(memory, 0, 2 * cpus * words);
    this.#seen = new Float64Array(cpus);
    this.#gaps = new Float64Array(cpus);
    this.#next = new Uint32Array(cpus);
  }

  /** To be called for each event, in the order of the ring. */
  note(cpu: number, sequenceLow: number): void {
    this.#seen[cpu] = (this.#seen[cpu] as number) + 1;
    const gap = (sequenceLow - (this.#next[cpu] as number)) >>> 0;
    if (gap !== 0) {
      this.#gaps[cpu] = (this.#gaps[cpu] as number) + gap;
    }
    this.#next[cpu] = sequenceLow + 1;
  }

  stats(): LiveStats {
    const lostByType = new Map<number, number>();
    let repeatedEvidence = 0;
    const cpus = Array.from(this.#seen, (seen, cpu) => {
      let lost = 0;
      repeatedEvidence += this.#word(cpu, repeatedAt);
      for (let type = 0; type < eventTable.length; type++) {
        const count = this.#word(cpu, lostAt + type);
        if (count > 0) {
          lost += count;
          lostByType.set(type, (lostByType.get(type) ?? 0) + count);
        }
      }
      return { cpu, offered: this.#word(cpu, offeredAt), seen, lost, gaps: this.#gaps[cpu] as number };
    });
    return { cpus, lostByType, repeatedEvidence };
  }

  #word(cpu: number, index: number): number {
    const at = cpu * words + index;
    return this.#halves[2 * at] === 0 && this.#halves[2 * at + 1] === 0
      ? 0
      : Number(Atomics.load(this.#kernel, at));
  }
}
