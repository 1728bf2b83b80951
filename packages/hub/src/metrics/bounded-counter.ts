import { type MetricFamily } from './exposition.ts';

export type Labels = Readonly<Record<string, string>>;

interface Series {
  readonly labels: Labels;
  readonly born: number;
  value: number;
}

/** A counter with labels that come from outside: series beyond the limit are counted together, not kept. */
export class BoundedCounter {
  readonly #series = new Map<string, Series>();
  readonly #limit: number;
  readonly #tick: () => number;
  #dropped = 0;

  /** @param tick the moment at which a series is born; see `Scrapers`. */
  constructor(limit: number, tick: () => number = () => 0) {
    this.#limit = limit;
    this.#tick = tick;
  }

  /** With 0 the series comes into being, so that `increase()` sees its first event. */
  add(labels: Labels, value = 1): void {
    const key = JSON.stringify(labels);
    const series = this.#series.get(key);
    if (series !== undefined) {
      series.value += value;
    } else if (this.#series.size < this.#limit) {
      this.#series.set(key, { labels, value, born: this.#tick() });
    } else {
      this.#dropped += value;
    }
  }

  /** What was counted for labels that have no series of their own. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Series that were born at `newSince` or later are shown with 0. */
  samples(newSince = Number.POSITIVE_INFINITY): MetricFamily['samples'] {
    return [...this.#series.values()].map(({ labels, value, born }) => ({
      labels,
      value: born >= newSince ? 0 : value,
    }));
  }

  /** Sums by other labels. */
  samplesBy(labelsOf: (labels: Labels) => Labels | null, newSince?: number): MetricFamily['samples'] {
    const sums = new BoundedCounter(this.#limit);
    for (const { labels = {}, value } of this.samples(newSince)) {
      const other = labelsOf(labels);
      if (other !== null) {
        // Counted here, as numbers.
        sums.add(other, Number(value));
      }
    }
    return sums.samples();
  }
}
