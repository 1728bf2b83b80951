const hourMs = 3_600_000;

/** So many in an hour of the clock; what was not taken does not add up. */
export class HourlyBudget {
  readonly #limit: number;
  #hour = -1;
  #spent = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** How many more fit into this hour. */
  left(nowMs: number): number {
    return Math.max(0, this.#limit - (this.#hour === Math.floor(nowMs / hourMs) ? this.#spent : 0));
  }

  spend(count: number, nowMs: number): void {
    const hour = Math.floor(nowMs / hourMs);
    this.#spent = (hour === this.#hour ? this.#spent : 0) + count;
    this.#hour = hour;
  }
}
