import { attribute, type OtlpAttribute } from './otlp.ts';

interface Series {
  readonly attributes: readonly OtlpAttribute[];
  readonly count: number;
}

/** Sums since a moment, a series for each set of attributes; bounded, further series are one with `otel.metric.overflow`. */
export class CounterSet {
  readonly #mostSeries: number;
  readonly #started: Date;
  readonly #descriptions: Readonly<Record<string, string>>;
  #series = new Map<string, Map<string, Series>>();
  #size = 0;

  constructor(mostSeries: number, started: Date, descriptions: Readonly<Record<string, string>>) {
    this.#mostSeries = mostSeries;
    this.#started = started;
    this.#descriptions = descriptions;
  }

  add(counter: string, attributes: readonly OtlpAttribute[], count: number): void {
    const all = this.#series.get(counter) ?? new Map<string, Series>();
    this.#series.set(counter, all);
    const key = JSON.stringify(attributes);
    const known = all.get(key);
    if (known === undefined && this.#size >= this.#mostSeries && key !== overflowKey) {
      this.add(counter, overflow, count);
      return;
    }
    this.#size += known === undefined ? 1 : 0;
    all.set(key, { attributes, count: (known?.count ?? 0) + count });
  }

  copy(): CounterSet {
    const copy = new CounterSet(this.#mostSeries, this.#started, this.#descriptions);
    copy.#series = new Map(Array.from(this.#series, ([counter, all]) => [counter, new Map(all)]));
    copy.#size = this.#size;
    return copy;
  }

  /** As metrics of OTLP: cumulative, monotonic sums. */
  metrics(now: Date): object[] {
    const [start, time] = [this.#started, now].map((date) => String(BigInt(date.getTime()) * 1_000_000n));
    return Array.from(this.#series, ([name, all]) => ({
      name,
      description: this.#descriptions[name] ?? '',
      sum: {
        dataPoints: Array.from(all.values(), ({ attributes, count }) => ({
          startTimeUnixNano: start,
          timeUnixNano: time,
          asInt: String(count),
          attributes,
        })),
        aggregationTemporality: 2,
        isMonotonic: true,
      },
    }));
  }
}

const overflow = [attribute('otel.metric.overflow', true)];
const overflowKey = JSON.stringify(overflow);
