import { type AlertCursor, newerFirst } from '../check-query.ts';

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
