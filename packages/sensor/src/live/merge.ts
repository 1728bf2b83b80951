import { liveHeaderBytes } from './live-header.ts';
import type { Ring } from './ring.ts';

/**
 * The ring whose next record is the oldest, or null when none has a complete one; then `at` of that ring is where the
 * record starts. With one ring there is nothing to compare.
 */
export class RingMerger {
  readonly #rings: readonly Ring[];
  at = -1;

  constructor(rings: readonly Ring[]) {
    this.#rings = rings;
  }

  next(): Ring | null {
    const [first] = this.#rings;
    if (first !== undefined && this.#rings.length === 1) {
      this.at = first.peek();
      return this.at < 0 ? null : first;
    }
    return this.#oldest();
  }

  #oldest(): Ring | null {
    let oldest: Ring | null = null;
    let high = 0;
    let low = 0;
    for (const ring of this.#rings) {
      const at = ring.peek();
      if (at < 0) {
        continue;
      }
      const tsLow = ring.view.getUint32(at + liveHeaderBytes, true);
      const tsHigh = ring.view.getUint32(at + liveHeaderBytes + 4, true);
      if (oldest === null || tsHigh < high || (tsHigh === high && tsLow < low)) {
        oldest = ring;
        high = tsHigh;
        low = tsLow;
        this.at = at;
      }
    }
    return oldest;
  }
}
