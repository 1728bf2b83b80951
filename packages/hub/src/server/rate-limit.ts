/** Requests of a client: a bucket that fills again with time. The table is bounded; the least recent client goes first. */
export class RateLimit {
  readonly #buckets = new Map<string, { tokens: number; atMs: number }>();
  readonly #burst: number;
  readonly #perSecond: number;
  readonly #maxClients: number;
  /** Clients that were forgotten to make room. */
  evicted = 0;

  constructor(burst: number, perSecond: number, maxClients = 10_000) {
    this.#burst = burst;
    this.#perSecond = perSecond;
    this.#maxClients = maxClients;
  }

  /** False when the client has to wait. */
  take(client: string, nowMs: number): boolean {
    const bucket = this.#buckets.get(client) ?? { tokens: this.#burst, atMs: nowMs };
    const passedMs = Math.max(0, nowMs - bucket.atMs);
    const tokens = Math.min(this.#burst, bucket.tokens + (passedMs / 1000) * this.#perSecond);
    this.#buckets.delete(client);
    if (this.#buckets.size >= this.#maxClients) {
      const [oldest] = this.#buckets.keys();
      this.#buckets.delete(oldest ?? '');
      this.evicted++;
    }
    this.#buckets.set(client, { tokens: tokens >= 1 ? tokens - 1 : tokens, atMs: nowMs });
    return tokens >= 1;
  }
}
