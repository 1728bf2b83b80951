/** How many exits are remembered, and for how long. */
const capacity = 8192;
const maxAgeNs = 2_000_000_000n;

/**
 * Threads that have just exited, with their parents. The events of different CPUs may arrive out of order: the parent's
 * clone may return after the child has come and gone, and must not bring it back.
 */
export class ExitedThreads {
  readonly #exits = new Map<number, { readonly ptid: number; readonly ts: bigint }>();

  get size(): number {
    return this.#exits.size;
  }

  add(tid: number, ptid: number, ts: bigint): void {
    this.#exits.delete(tid);
    this.#exits.set(tid, { ptid, ts });
    if (this.#exits.size > capacity) {
      // The first key is the oldest exit.
      for (const oldest of this.#exits.keys()) {
        this.#exits.delete(oldest);
        return;
      }
    }
  }

  has(tid: number, ptid: number, ts: bigint): boolean {
    const exit = this.#exits.get(tid);
    return exit !== undefined && exit.ptid === ptid && ts >= exit.ts && ts - exit.ts < maxAgeNs;
  }

  clear(): void {
    this.#exits.clear();
  }
}
