const mebi = 2 ** 20;

export interface MemoryWatchOptions {
  /** Of the whole job. */
  readonly inputs: number;
  /** Shorter jobs have not filled their caches, and are not judged. */
  readonly leastInputs?: number;
  /** Generous: a heap is tidied up when it has to be, and the C library keeps what it may need again. */
  readonly mostGrowthMiB?: number;
}

/**
 * Tells memory that grows with every input from memory that is filled once: what a job takes at its end is compared with
 * what it took after a fifth of it, each the least that was seen for a tenth of the job.
 */
export class MemoryWatch {
  readonly #options: Required<MemoryWatchOptions>;
  #early = Infinity;
  #late = Infinity;

  constructor({ inputs, leastInputs = 100_000, mostGrowthMiB = 192 }: MemoryWatchOptions) {
    this.#options = { inputs, leastInputs, mostGrowthMiB };
  }

  /** `bytes`: what the process takes after so many inputs. */
  note(done: number, bytes: number): void {
    const share = done / this.#options.inputs;
    if (share >= 0.2 && share <= 0.3) {
      this.#early = Math.min(this.#early, bytes);
    } else if (share >= 0.9) {
      this.#late = Math.min(this.#late, bytes);
    }
  }

  /** At the end of the job; null when all is well, or cannot be judged. */
  get problem(): string | null {
    const { inputs, leastInputs, mostGrowthMiB } = this.#options;
    const growth = (this.#late - this.#early) / mebi;
    return inputs >= leastInputs && growth > mostGrowthMiB
      ? `memory grows: ${Math.round(this.#early / mebi)} MiB after a fifth of the inputs, ${Math.round(this.#late / mebi)} MiB at the end (at most ${mostGrowthMiB} MiB more)`
      : null;
  }

  /** MiB after a fifth and at the end; null where neither was noted. */
  get figures(): { readonly early: number; readonly late: number } | null {
    return Number.isFinite(this.#early) && Number.isFinite(this.#late)
      ? { early: Math.round(this.#early / mebi), late: Math.round(this.#late / mebi) }
      : null;
  }
}
