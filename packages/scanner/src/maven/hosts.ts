/** What became of the hosts that are asked in one scan. */
export class Hosts {
  readonly #open = new Map<string, number>();
  readonly #waiting = new Map<string, (() => void)[]>();
  readonly #failures = new Map<string, number>();
  readonly #closed = new Set<string>();
  readonly #atOnce: number;
  readonly #maxFailures: number;

  /** `atOnce` requests of a host run; after `maxFailures` in a row it is not asked again. */
  constructor(atOnce: number, maxFailures: number) {
    this.#atOnce = atOnce;
    this.#maxFailures = maxFailures;
  }

  /** Runs the request when the host has room; null when it is asked no more. */
  async ask<T>(host: string, request: () => Promise<T>): Promise<T | null> {
    if (this.isClosed(host)) {
      return null;
    }
    await this.#enter(host);
    try {
      return this.isClosed(host) ? null : await request();
    } finally {
      this.#leave(host);
    }
  }

  isClosed(host: string): boolean {
    return this.#closed.has(host);
  }

  close(host: string): void {
    this.#closed.add(host);
  }

  answered(host: string): void {
    this.#failures.delete(host);
  }

  /** Whether this was one failure too many: told once. */
  failed(host: string): boolean {
    const failures = (this.#failures.get(host) ?? 0) + 1;
    this.#failures.set(host, failures);
    if (failures < this.#maxFailures || this.isClosed(host)) {
      return false;
    }
    this.close(host);
    return true;
  }

  async #enter(host: string): Promise<void> {
    const open = this.#open.get(host) ?? 0;
    if (open < this.#atOnce) {
      this.#open.set(host, open + 1);
      return;
    }
    // Whoever leaves hands its place over.
    await new Promise<void>((resolve) => {
      const waiting = this.#waiting.get(host) ?? [];
      waiting.push(resolve);
      this.#waiting.set(host, waiting);
    });
  }

  #leave(host: string): void {
    const next = this.#waiting.get(host)?.shift();
    if (next === undefined) {
      this.#open.set(host, (this.#open.get(host) ?? 1) - 1);
    } else {
      next();
    }
  }
}
