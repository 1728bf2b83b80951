const base36Digits = 'abcdefghijklmnopqrstuvwxyz0123456789';

/** Random values that are the same for the same seed. */
export class SeededRandom {
  #state: number;
  readonly #zipfTables = new Map<number, Float64Array>();

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** 0 to 1 (exclusive): mulberry32, which is in the public domain. */
  fraction(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }

  below(limit: number): number {
    return Math.floor(this.fraction() * limit);
  }

  pick<T>(list: readonly T[]): T {
    // The index lies within.
    return list[this.below(list.length)] as T;
  }

  exponential(mean: number): number {
    return -Math.log(1 - this.fraction()) * mean;
  }

  /** 0 to `count` - 1; the first is the most frequent, the n-th an n-th as frequent. */
  zipf(count: number): number {
    let table = this.#zipfTables.get(count);
    if (table === undefined) {
      table = new Float64Array(count);
      let sum = 0;
      for (let index = 0; index < count; index++) {
        sum += 1 / (index + 1);
        table[index] = sum;
      }
      this.#zipfTables.set(count, table);
    }
    const wanted = this.fraction() * (table[count - 1] as number);
    let low = 0;
    let high = count - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((table[middle] as number) < wanted) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  hex(length: number): string {
    return Array.from({ length }, () => this.below(16).toString(16)).join('');
  }

  base36(length: number): string {
    return Array.from({ length }, () => base36Digits[this.below(36)]).join('');
  }

  uuid(): string {
    return `${this.hex(8)}-${this.hex(4)}-4${this.hex(3)}-a${this.hex(3)}-${this.hex(12)}`;
  }
}
