/** How many exits are remembered, and for how long. */
const capacity = 8192;
const maxAgeNs = 2_000_000_000n;

/** The kernel's upper bound for ids, a power of two. */
const idCount = 0x40_0000;

/**
 * Threads that have just exited, with their parents. The events of different CPUs may arrive out of order: the parent's
 * clone may return after the child has come and gone, and must not bring it back.
 */
export class ExitedThreads {
  /** Times of exits by thread and parent. */
  readonly #exits = new Map<number, bigint>();

  get size(): number {
    return this.#exits.size;
  }

  add(tid: number, ptid: number, ts: bigint): void {
    const key = keyOf(tid, ptid);
    this.#exits.delete(key);
    this.#exits.set(key, ts);
    if (this.#exits.size > capacity) {
      // The first key is the oldest exit.
      for (const oldest of this.#exits.keys()) {
        this.#exits.delete(oldest);
        return;
      }
    }
  }

  has(tid: number, ptid: number, ts: bigint): boolean {
    const exit = this.#exits.get(keyOf(tid, ptid));
    return exit !== undefined && ts >= exit && ts - exit < maxAgeNs;
  }

  clear(): void {
    this.#exits.clear();
  }
}

function keyOf(tid: number, ptid: number): number {
  return tid * idCount + (ptid & (idCount - 1));
}
