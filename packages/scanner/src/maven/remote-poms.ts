import type { RemotePoms } from '../analyzer.ts';
import { repositoryPath, type WantedPom } from './wanted-pom.ts';

/** Fetches POMs, in their order; null for what there is not. */
export type FetchPoms = (wanted: readonly WantedPom[]) => Promise<readonly (Buffer | null)[]>;

/** A chain of dependencies is as long as this at most; each link costs a round. */
const maxRounds = 100;
const maxPoms = 20_000;
const maxBytes = 64 * 2 ** 20;

/**
 * POMs that someone else fetches. What is asked for is noted; between two runs of an analyzer, `fetchNoted` gets all of
 * it at once.
 */
export class NotedPoms implements RemotePoms {
  readonly #fetch: FetchPoms;
  readonly #known = new Map<string, Buffer | null>();
  #noted = new Map<string, WantedPom>();
  #bytes = 0;
  #rounds = 0;

  constructor(fetch: FetchPoms) {
    this.#fetch = fetch;
  }

  get(wanted: WantedPom): Buffer | null {
    const key = keyOf(wanted);
    const found = this.#known.get(key);
    if (found === undefined && this.#known.size + this.#noted.size < maxPoms) {
      this.#noted.set(key, wanted);
    }
    return found ?? null;
  }

  /** Whether there was something to fetch, so that the analyzer should run again. */
  async fetchNoted(): Promise<boolean> {
    const noted = [...this.#noted];
    this.#noted = new Map();
    if (noted.length === 0 || this.#rounds++ >= maxRounds) {
      return false;
    }
    const poms = await this.#fetch(noted.map(([, wanted]) => wanted));
    let isNew = false;
    noted.forEach(([key], i) => {
      const pom = poms[i] ?? null;
      this.#bytes += pom?.length ?? 0;
      const kept = this.#bytes <= maxBytes ? pom : null;
      this.#known.set(key, kept);
      isNew ||= kept !== null;
    });
    return isNew;
  }
}

function keyOf(wanted: WantedPom): string {
  return [repositoryPath(wanted), ...wanted.repositories.map(({ url }) => url)].join('\n');
}
