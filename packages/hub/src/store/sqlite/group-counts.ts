/** Numbers that are counted at a time. */
export const countedAtOnce = 2 ** 22;

/** Counts of the numbers of one stretch; others are left out. */
export class GroupCounts {
  readonly from: number;
  readonly #counts: Uint32Array;

  /** From a number up to the last, or as far as is counted at once. */
  constructor(from: number, last: number, most: number = countedAtOnce) {
    this.from = from;
    this.#counts = new Uint32Array(Math.max(0, Math.min(most, last + 1 - from)));
  }

  /** The first number behind the stretch. */
  get end(): number {
    return this.from + this.#counts.length;
  }

  add(numbers: Iterable<number>): void {
    for (const number of numbers) {
      const at = number - this.from;
      if (at >= 0 && at < this.#counts.length) {
        this.#counts[at] = (this.#counts[at] as number) + 1;
      }
    }
  }

  /** The count of a number, which is 0 from now on. */
  take(number: number): number {
    const at = number - this.from;
    const count = this.#counts[at] ?? 0;
    if (count > 0) {
      this.#counts[at] = 0;
    }
    return count;
  }

  /** How many numbers have a count that was not taken. */
  left(): number {
    let left = 0;
    for (const count of this.#counts) {
      left += count > 0 ? 1 : 0;
    }
    return left;
  }
}
