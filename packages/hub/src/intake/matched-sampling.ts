import type { NewAlert } from '@lanner/api';

const maxFingerprints = 20_000;
const atFirst = 3;
const every = 64;

/**
 * Keeps which leaves of a condition were true for the first alerts of a fingerprint, then for one in so many: those of
 * a group are nearly always the same.
 */
export class MatchedSampling {
  readonly #counts = new Map<string, number>();
  readonly #most: number;
  #evictions = 0;

  /** @param most fingerprints that are remembered. */
  constructor(most: number = maxFingerprints) {
    this.#most = most;
  }

  /** Fingerprints that gave way to others: their alerts count from the first again. */
  get evictions(): number {
    return this.#evictions;
  }

  thin(alert: NewAlert): NewAlert {
    if (alert.matched === undefined) {
      return alert;
    }
    const { fingerprint } = alert;
    const count = (this.#counts.get(fingerprint) ?? 0) + 1;
    // Those that were seen last are at the end.
    this.#counts.delete(fingerprint);
    this.#counts.set(fingerprint, count);
    if (this.#counts.size > this.#most) {
      const [oldest = ''] = this.#counts.keys();
      this.#counts.delete(oldest);
      this.#evictions++;
    }
    if (count <= atFirst || count % every === 0) {
      return alert;
    }
    const rest: { -readonly [K in keyof NewAlert]: NewAlert[K] } = { ...alert };
    delete rest.matched;
    return rest;
  }
}
