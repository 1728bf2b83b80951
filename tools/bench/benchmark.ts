/** One figure of `npm run bench`. */
export interface Benchmark {
  readonly id: string;
  readonly unit: string;
  /** What the figure should be, as text for the table. */
  readonly bar?: string;
  readonly note?: string | (() => string);
  /** Default 5. */
  readonly runs?: number;
  /** A sentence when something it needs is absent, otherwise null. */
  readonly unavailable?: () => string | null;
  readonly prepare?: () => Promise<void> | void;
  /** One run; gives the figure in `unit`. */
  readonly run: () => Promise<number> | number;
}
