const maxScrapers = 32;
const earlyMs = 600_000;
const forgetMs = 600_000;

/**
 * Who scrapes, and which series are new to them. Prometheus takes a series that appears with 1 for one that has always
 * been 1, so that `increase()` never sees the first event: a scraper is shown each new series with 0 once, and with its
 * value from then on.
 */
export class Scrapers {
  readonly #last = new Map<string, { readonly tick: number; readonly atMs: number }>();
  readonly #now: () => number;
  readonly #startedMs: number;
  #tick = 0;
  #evictions = 0;

  constructor(now: () => number) {
    this.#now = now;
    this.#startedMs = now();
  }

  /** Scrapers that gave way to others: all series are new to those, or none is. */
  get evictions(): number {
    return this.#evictions;
  }

  /** Grows with each scrape: the moment at which a series is born. */
  get tick(): number {
    return this.#tick;
  }

  /**
   * Notes a scrape; series born at this moment or later are new to the scraper. For one that was not seen before, all
   * are while the server is young; later none is, as it would take what has long been counted for something new.
   */
  scrape(scraper: string): number {
    const nowMs = this.#now();
    const last = this.#last.get(scraper);
    this.#tick++;
    this.#last.delete(scraper);
    this.#last.set(scraper, { tick: this.#tick, atMs: nowMs });
    if (this.#last.size > maxScrapers) {
      const [oldest = ''] = this.#last.keys();
      this.#last.delete(oldest);
      this.#evictions++;
    }
    if (last !== undefined && nowMs - last.atMs < forgetMs) {
      return last.tick;
    }
    return nowMs - this.#startedMs < earlyMs ? 0 : Number.POSITIVE_INFINITY;
  }
}
