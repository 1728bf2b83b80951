import type { StoredAlert } from '@lanner/api';
import type { AlertStore } from './store/alert-store.ts';

/** Alerts that are kept: deliveries and live tails that keep up read each alert from the store once together. */
const capacity = 4096;
const readAtOnce = 1000;

/** The end of the order of alerts. Whoever follows it asks for what comes after a position. */
export class AlertTail {
  readonly #alerts: Pick<AlertStore, 'after' | 'lastPosition'>;
  #kept: StoredAlert[] = [];
  /** Everything after this position, up to the last kept one, is kept. */
  #from = 0;
  #reading: Promise<void> | null = null;
  readonly #waiters = new Set<() => void>();
  #wakes = 0;

  private constructor(alerts: Pick<AlertStore, 'after' | 'lastPosition'>, position: number) {
    this.#alerts = alerts;
    this.#from = position;
  }

  static async open(alerts: Pick<AlertStore, 'after' | 'lastPosition'>): Promise<AlertTail> {
    return new AlertTail(alerts, await alerts.lastPosition());
  }

  /** Tells that there are new alerts in the store. */
  wake(): void {
    this.#wakes++;
    this.#waiters.forEach((done) => {
      done();
    });
  }

  /** Changes with each wake. */
  get wakes(): number {
    return this.#wakes;
  }

  /** Resolves at the next wake after `wakes`, or when the signal is aborted. */
  next(wakes: number, signal: AbortSignal): Promise<void> {
    if (this.#wakes !== wakes || signal.aborted) {
      return Promise.resolve();
    }
    return new Promise((resolve) => {
      const done = (): void => {
        signal.removeEventListener('abort', done);
        this.#waiters.delete(done);
        resolve();
      };
      signal.addEventListener('abort', done);
      this.#waiters.add(done);
    });
  }

  /** In order of arrival, after a position; empty at the end. */
  async after(position: number, limit: number): Promise<readonly StoredAlert[]> {
    if (position < this.#from) {
      return this.#alerts.after(position, limit);
    }
    const kept = this.#slice(position, limit);
    if (kept.length > 0) {
      return kept;
    }
    this.#reading ??= this.#read();
    await this.#reading;
    return position < this.#from ? this.#alerts.after(position, limit) : this.#slice(position, limit);
  }

  #slice(position: number, limit: number): StoredAlert[] {
    // Positions grow: the first one after it is found by halving.
    let low = 0;
    let high = this.#kept.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#kept[middle] as StoredAlert).position <= position) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return this.#kept.slice(low, low + limit);
  }

  async #read(): Promise<void> {
    try {
      const last = this.#kept.at(-1)?.position ?? this.#from;
      const fresh = await this.#alerts.after(last, readAtOnce);
      this.#kept.push(...fresh);
      if (this.#kept.length > capacity) {
        const removed = this.#kept.splice(0, this.#kept.length - capacity);
        this.#from = removed.at(-1)?.position ?? this.#from;
      }
    } finally {
      this.#reading = null;
    }
  }
}
