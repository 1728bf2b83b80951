/** Work that goes on beside everything else, from its start until it is closed. */
export class BackgroundWork {
  readonly #stop = new AbortController();
  #running: Promise<void> = Promise.resolve();

  /** Aborted when it is closed. */
  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  /** Whether it is closed: a method, as it may be so after every wait. */
  isOver(): boolean {
    return this.#stop.signal.aborted;
  }

  /** `work` ends soon after the signal is aborted. Does nothing when it is closed already. */
  start(work: () => Promise<void>): void {
    if (!this.isOver()) {
      this.#running = work();
    }
  }

  /** Resolves when the work has ended; rejects as it does. */
  async close(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }
}
