import type { DatabaseSync } from 'node:sqlite';
import type { AlertAsk, AlertLook, HistogramAsk, HistogramBucket } from '../alert-store.ts';
import { checkHistogram, checkLimit } from '../check-query.ts';
import type { AlertColumns } from './columns.ts';
import { Counter, type Matches } from './counter.ts';
import { sharesOf } from './histogram-shares.ts';
import type { AlertRun } from './segments.ts';

/** Counts in one go what a look asks for. */
export class FigureCounter {
  readonly #facets: readonly Counter[];
  readonly #values: number;
  readonly #histogram: HistogramCounter | null;
  #count = 0;

  /** Throws AppError 'query.invalid' for what cannot be asked. */
  constructor({ facets = [], values = 1, histogram }: AlertAsk, upTo: ReadonlyMap<number, number>) {
    checkLimit(values);
    this.#values = values;
    this.#facets = facets.map((facet) => new Counter(facet, upTo));
    this.#histogram = histogram === undefined ? null : new HistogramCounter(histogram, upTo);
  }

  add(matches: Matches): void {
    this.#count += matches.rows.length;
    for (const counter of this.#facets) {
      counter.add(matches);
    }
    this.#histogram?.add(matches);
  }

  list(database: DatabaseSync): Omit<AlertLook, 'share'> {
    return {
      count: this.#count,
      facets: Object.fromEntries(
        this.#facets.map((counter) => [counter.facet, counter.list(database, this.#values)]),
      ),
      buckets: this.#histogram?.list(database) ?? [],
    };
  }
}

class HistogramCounter {
  readonly #ask: HistogramAsk;
  readonly #widthUs: number;
  readonly #counts: Float64Array;
  readonly #counters: readonly Counter[];

  constructor(ask: HistogramAsk, upTo: ReadonlyMap<number, number>) {
    const { by, buckets } = ask;
    this.#widthUs = checkHistogram(ask, buckets).widthUs;
    this.#ask = ask;
    this.#counts = new Float64Array(buckets);
    this.#counters = by === undefined ? [] : Array.from({ length: buckets }, () => new Counter(by, upTo));
  }

  add({ run, columns, rows }: Matches): void {
    const { fromUs, buckets } = this.#ask;
    const within = rowsBetween(run, columns, rows, this.#ask);
    for (const [bucket, share] of sharesOf(columns, within, { fromUs, widthUs: this.#widthUs, buckets })) {
      this.#counts[bucket] = (this.#counts[bucket] as number) + share.length;
      this.#counters[bucket]?.add({ run, columns, rows: share });
    }
  }

  list(database: DatabaseSync): HistogramBucket[] {
    return Array.from(this.#counts, (count, bucket) => ({
      fromUs: Math.round(this.#ask.fromUs + bucket * this.#widthUs),
      count,
      by: Object.fromEntries(
        this.#counters[bucket]?.list(database, Infinity, true).map((each) => [each.value, each.count]) ?? [],
      ),
    }));
  }
}

/** A histogram may be of less time than the query. */
function rowsBetween(
  run: AlertRun,
  { times, baseUs }: AlertColumns,
  rows: Uint32Array,
  { fromUs, toUs }: HistogramAsk,
): Uint32Array {
  return run.minUs >= fromUs && run.maxUs < toUs
    ? rows
    : rows.filter((row) => {
        const timeUs = (times[row] as number) + baseUs;
        return timeUs >= fromUs && timeUs < toUs;
      });
}
