/** What may go on at the same time: so much in all, and so much of each, so that nobody takes all of it. */
export class Slots {
  readonly #total: number;
  readonly #each: number;
  readonly #taken = new Map<string, number>();
  #all = 0;

  constructor(total: number, each: number) {
    this.#total = total;
    this.#each = each;
  }

  /** Gives what ends it, to be called once; null when there is no room. */
  take(who: string): (() => void) | null {
    const taken = this.#taken.get(who) ?? 0;
    if (this.#all >= this.#total || taken >= this.#each) {
      return null;
    }
    this.#all++;
    this.#taken.set(who, taken + 1);
    return () => {
      this.#all--;
      const left = (this.#taken.get(who) ?? 1) - 1;
      if (left === 0) {
        this.#taken.delete(who);
      } else {
        this.#taken.set(who, left);
      }
    };
  }
}
