/** What is wrong with what is stored and delivered; all counts are 0 when nothing is. */
export interface Faults {
  /** Acknowledged and not stored. */
  readonly lost: number;
  /** Stored more than once. */
  readonly doubled: number;
  /** Stored and never sent. */
  readonly invented: number;
  /** Stored before what the same lane sent, and had acknowledged, earlier. */
  readonly misordered: number;
}

export interface DeliveryFaults {
  /** Stored and never delivered. */
  readonly undelivered: number;
  /** Delivered and not stored; what a crash took before it was acknowledged is none. */
  readonly strange: number;
  /** Delivered for the first time before one that stands earlier. */
  readonly overtaking: number;
}

/**
 * What was sent, and what of it was acknowledged. Lanes send one alert after the other, so the order within a lane is
 * known: that of sending.
 */
export class Ledger {
  /** By mark: its place in the order of sending. */
  readonly #sent = new Map<string, number>();
  readonly #acknowledged = new Set<string>();

  sent(mark: string): void {
    this.#sent.set(mark, this.#sent.size);
  }

  acknowledged(mark: string): void {
    this.#acknowledged.add(mark);
  }

  /** Alerts sent: as many may be stored at most. */
  get sentCount(): number {
    return this.#sent.size;
  }

  /** Alerts acknowledged: as many must be stored at least. */
  get acknowledgedCount(): number {
    return this.#acknowledged.size;
  }

  /** Some acknowledged marks, drawn with `below`, which gives a whole number below another one. */
  sample(count: number, below: (limit: number) => number, prefix = ''): string[] {
    const marks = [...this.#acknowledged].filter((mark) => mark.startsWith(prefix));
    return marks.length === 0 ? [] : Array.from({ length: count }, () => marks[below(marks.length)] ?? '');
  }

  /** Sent and acknowledged alerts whose mark begins so. */
  countsOf(prefix: string): { sent: number; acknowledged: number } {
    const begins = (marks: Iterable<string>): number => {
      let count = 0;
      for (const mark of marks) {
        count += mark.startsWith(prefix) ? 1 : 0;
      }
      return count;
    };
    return { sent: begins(this.#sent.keys()), acknowledged: begins(this.#acknowledged) };
  }

  /** `stored`: the marks in the order of the store. `laneOf` gives what a mark is ordered within. */
  compare(stored: readonly string[], laneOf: (mark: string) => string): Faults {
    const seen = new Set<string>();
    const newest = new Map<string, number>();
    let [doubled, invented, misordered] = [0, 0, 0];
    for (const mark of stored) {
      const place = this.#sent.get(mark);
      if (seen.has(mark)) {
        doubled++;
      } else if (place === undefined) {
        invented++;
      } else {
        const lane = laneOf(mark);
        misordered += place < (newest.get(lane) ?? -1) ? 1 : 0;
        newest.set(lane, Math.max(place, newest.get(lane) ?? -1));
      }
      seen.add(mark);
    }
    return { lost: this.#acknowledged.difference(seen).size, doubled, invented, misordered };
  }
}

/** Alerts that were delivered again: after a crash the last of them may be. */
export function countRepeats(delivered: readonly string[]): number {
  return delivered.length - new Set(delivered).size;
}

/** What first came to a receiver has to be all that is stored, in that order. */
export function compareDeliveries(stored: readonly string[], delivered: readonly string[]): DeliveryFaults {
  const places = new Map(stored.map((mark, place) => [mark, place]));
  const first = new Set(delivered);
  let [strange, overtaking, newest] = [0, 0, -1];
  for (const mark of first) {
    const place = places.get(mark);
    if (place === undefined) {
      strange++;
    } else {
      overtaking += place < newest ? 1 : 0;
      newest = Math.max(newest, place);
    }
  }
  return { undelivered: stored.filter((mark) => !first.has(mark)).length, strange, overtaking };
}
