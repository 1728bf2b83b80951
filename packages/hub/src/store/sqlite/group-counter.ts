import type { AlertCursor } from '../check-query.ts';
import { newerFirst } from '../check-query.ts';
import type { Matches } from './counter.ts';
import { fingerprintKind } from './words.ts';

/** A group by its newest alert. */
export interface CountedGroup extends AlertCursor {
  readonly count: number;
  readonly firstUs: number;
}

/** Counts groups in columns, as there may be as many of them as there are alerts. */
export class GroupCounter {
  #counts = new Uint32Array(1024);
  #firsts = new Float64Array(1024);
  #lasts = new Float64Array(1024);
  #positions = new Float64Array(1024);

  add({ run, columns, rows }: Matches): void {
    const fingerprints = columns.ids[fingerprintKind] as Uint32Array;
    const { times, baseUs } = columns;
    for (const row of rows) {
      const id = fingerprints[row] as number;
      if (id >= this.#counts.length) {
        this.#grow(id);
      }
      this.#addOne(id, (times[row] as number) + baseUs, run.positionOf(row));
    }
  }

  #addOne(id: number, timeUs: number, position: number): void {
    const count = this.#counts[id] as number;
    this.#counts[id] = count + 1;
    if (count === 0 || timeUs < (this.#firsts[id] as number)) {
      this.#firsts[id] = timeUs;
    }
    const last = this.#lasts[id] as number;
    if (count === 0 || timeUs > last || (timeUs === last && position > (this.#positions[id] as number))) {
      this.#lasts[id] = timeUs;
      this.#positions[id] = position;
    }
  }

  /** The newest after a cursor, at most `limit`. */
  newest(limit: number, after: AlertCursor | null): readonly CountedGroup[] {
    const best = new Newest<CountedGroup>(limit);
    for (let id = 0; id < this.#counts.length; id++) {
      const count = this.#counts[id] as number;
      const timeUs = this.#lasts[id] as number;
      if (count > 0 && timeUs >= best.leastUs && (after === null || timeUs <= after.timeUs)) {
        const group = {
          count,
          firstUs: this.#firsts[id] as number,
          timeUs,
          position: this.#positions[id] as number,
        };
        if (after === null || newerFirst(after, group) < 0) {
          best.add(group);
        }
      }
    }
    return best.list();
  }

  #grow(id: number): void {
    const size = Math.max(2 * this.#counts.length, id + 1);
    const larger = <T extends Uint32Array | Float64Array>(made: T, before: T): T => {
      made.set(before);
      return made;
    };
    this.#counts = larger(new Uint32Array(size), this.#counts);
    this.#firsts = larger(new Float64Array(size), this.#firsts);
    this.#lasts = larger(new Float64Array(size), this.#lasts);
    this.#positions = larger(new Float64Array(size), this.#positions);
  }
}

/** Keeps the newest of many, without sorting all. */
export class Newest<T extends AlertCursor> {
  readonly #limit: number;
  #kept: T[] = [];
  /** What is older is not among them. */
  leastUs = -Infinity;

  constructor(limit: number) {
    this.#limit = limit;
  }

  add(item: T): void {
    if (item.timeUs < this.leastUs) {
      return;
    }
    this.#kept.push(item);
    if (this.#kept.length >= 2 * this.#limit + 64) {
      this.settle();
    }
  }

  /** Newest first. */
  list(): readonly T[] {
    this.settle();
    return this.#kept;
  }

  /** Lets go of what is too old, and makes `leastUs` as late as it can be. */
  settle(): void {
    this.#kept.sort(newerFirst);
    this.#kept.length = Math.min(this.#kept.length, this.#limit);
    if (this.#kept.length === this.#limit) {
      this.leastUs = this.#kept.at(-1)?.timeUs ?? -Infinity;
    }
  }
}
