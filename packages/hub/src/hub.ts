import type { AlertMessage } from './destination.ts';
import type { DestinationQueue, QueueStats } from './queue.ts';

/** All open destinations: each message goes to every one, each has its own queue. */
export class OutputHub {
  readonly #queues: ReadonlyMap<string, DestinationQueue>;

  constructor(queues: ReadonlyMap<string, DestinationQueue>) {
    this.#queues = queues;
  }

  send(message: AlertMessage): void {
    for (const queue of this.#queues.values()) {
      queue.push(message);
    }
  }

  /** True while a source that can wait should. */
  get wantsPause(): boolean {
    for (const queue of this.#queues.values()) {
      if (queue.wantsPause) {
        return true;
      }
    }
    return false;
  }

  async room(): Promise<void> {
    await Promise.all([...this.#queues.values()].map((queue) => queue.room()));
  }

  async reopen(): Promise<void> {
    await Promise.all([...this.#queues.values()].map((queue) => queue.reopen()));
  }

  /** Delivers what waits, then closes; a stuck destination is given `graceMs`. */
  async close(graceMs: number): Promise<void> {
    await Promise.all([...this.#queues.values()].map((queue) => queue.close(graceMs)));
  }

  stats(): ReadonlyMap<string, QueueStats> {
    return new Map([...this.#queues].map(([id, queue]) => [id, queue.stats()]));
  }

  /** Messages dropped by all queues together. */
  get dropped(): number {
    let dropped = 0;
    for (const queue of this.#queues.values()) {
      dropped += queue.stats().dropped;
    }
    return dropped;
  }
}
