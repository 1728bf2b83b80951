import type { AlertRun } from './segments.ts';

/** How far a look gets that may only take some time: run by run, at least through the first. */
export class Stretch {
  readonly #endMs: number;
  readonly #now: () => number;
  readonly #all: number;
  #looked = 0;
  #isOver = false;

  /** `withinMs` from now; endless if absent. */
  constructor(
    runs: readonly Pick<AlertRun, 'rows' | 'skip'>[],
    withinMs = Infinity,
    now = (): number => performance.now(),
  ) {
    this.#now = now;
    this.#endMs = now() + withinMs;
    let all = 0;
    for (const { rows, skip } of runs) {
      all += rows - skip;
    }
    this.#all = all;
  }

  /** Asked before each run: whether it is left out, and all after it. */
  isEnd({ rows, skip }: Pick<AlertRun, 'rows' | 'skip'>): boolean {
    this.#isOver = this.#looked > 0 && this.#now() >= this.#endMs;
    this.#looked += this.#isOver ? 0 : rows - skip;
    return this.#isOver;
  }

  /** Of the alerts those that were looked at, 0 to 1; 1 only when there is nothing left. */
  get share(): number {
    return this.#isOver ? this.#looked / this.#all : 1;
  }
}
