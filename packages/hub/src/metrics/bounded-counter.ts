import { type MetricFamily } from './exposition.ts';

export type Labels = Readonly<Record<string, string>>;

/** A counter with labels that come from outside: series beyond the limit are counted together, not kept. */
export class BoundedCounter {
  readonly #series = new Map<string, { readonly labels: Labels; value: number }>();
  readonly #limit: number;
  #dropped = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** With 0 the series comes into being, so that `increase()` sees its first event. */
  add(labels: Labels, value = 1): void {
    const key = JSON.stringify(labels);
    const series = this.#series.get(key);
    if (series !== undefined) {
      series.value += value;
    } else if (this.#series.size < this.#limit) {
      this.#series.set(key, { labels, value });
    } else {
      this.#dropped += value;
    }
  }

  /** What was counted for labels that have no series of their own. */
  get dropped(): number {
    return this.#dropped;
  }

  samples(): MetricFamily['samples'] {
    return [...this.#series.values()].map(({ labels, value }) => ({ labels, value }));
  }

  /** Sums by other labels. */
  samplesBy(labelsOf: (labels: Labels) => Labels | null): MetricFamily['samples'] {
    const sums = new BoundedCounter(this.#limit);
    for (const { labels, value } of this.#series.values()) {
      const other = labelsOf(labels);
      if (other !== null) {
        sums.add(other, value);
      }
    }
    return sums.samples();
  }
}
