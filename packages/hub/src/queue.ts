import { AppError, type Log } from '@lanner/core';
import type { AlertMessage, OpenDestination } from './destination.ts';

export interface QueueOptions {
  readonly id: string;
  /** Messages that may wait; more are dropped and counted. */
  readonly capacity: number;
  /** Bytes that may wait, whatever the capacity. */
  readonly maxBytes: number;
  /** A delivery that takes longer is reported, and the destination counts as stuck until it is done. */
  readonly timeoutMs: number;
  /**
   * Given where whoever takes the messages sets the pace, as a pager does, and where they come from can wait: until this
   * is aborted, the destination is waited for however long it takes.
   */
  readonly patience?: AbortSignal | undefined;
  readonly log: Log;
}

export interface QueueStats {
  readonly delivered: number;
  /** Refused because the queue was full. */
  readonly dropped: number;
  /** Taken from the queue, but the destination failed. */
  readonly failed: number;
  readonly waiting: number;
  readonly stuck: boolean;
}

const batchSize = 512;
/** Messages and bytes that wait before a source that can wait should: enough to keep a destination busy. */
const pauseAt = { messages: 8192, bytes: 8 * 2 ** 20 } as const;

/**
 * The queue of one destination: bounded, in order, one delivery at a time, so that a slow or dead destination costs
 * nobody else anything. Every message ends as delivered, dropped or failed; the three are counted exactly.
 */
export class DestinationQueue {
  /** Batches in order; the last is still being filled. */
  #batches: AlertMessage[][] = [];
  #count = 0;
  #bytes = 0;
  #delivered = 0;
  #dropped = 0;
  #failed = 0;
  #inFlight = 0;
  #stuck = false;
  #running: Promise<void> | null = null;
  #roomWaiters: (() => void)[] = [];
  #failing = false;
  readonly #destination: OpenDestination;
  readonly #options: QueueOptions;

  constructor(destination: OpenDestination, options: QueueOptions) {
    this.#destination = destination;
    this.#options = options;
    options.patience?.addEventListener('abort', () => this.#wake(), { once: true });
  }

  /** Takes a message, or drops it when the queue is full. */
  push(message: AlertMessage): void {
    const size = sizeOf(message);
    if (this.#count >= this.#options.capacity || this.#bytes + size > this.#options.maxBytes) {
      this.#dropped++;
      return;
    }
    const last = this.#batches.at(-1);
    if (last === undefined || last.length >= batchSize) {
      this.#batches.push([message]);
    } else {
      last.push(message);
    }
    this.#count++;
    this.#bytes += size;
    this.#running ??= this.#run();
  }

  /** True while a source that can wait should: much waits and its destination is moving, or is waited for anyway. */
  get wantsPause(): boolean {
    const { capacity, maxBytes } = this.#options;
    return (
      (!this.#stuck || this.#isPatient) &&
      (this.#count >= Math.min(capacity / 2, pauseAt.messages) ||
        this.#bytes >= Math.min(maxBytes / 2, pauseAt.bytes))
    );
  }

  /** Resolves when the queue has room again, or its destination is stuck. */
  room(): Promise<void> {
    return this.wantsPause ? new Promise((resolve) => this.#roomWaiters.push(resolve)) : Promise.resolve();
  }

  /** Delivers what waits; gives up on a destination that is stuck after `graceMs`. What is left counts as dropped. */
  async drain(graceMs: number): Promise<void> {
    const { patience } = this.#options;
    if (patience?.aborted === false) {
      const aborted = new Promise((resolve) => patience.addEventListener('abort', resolve, { once: true }));
      await Promise.race([this.#running, aborted]);
    }
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, graceMs);
    });
    await Promise.race([this.#running ?? Promise.resolve(), late]);
    clearTimeout(timer);
    this.#dropped += this.#count + this.#inFlight;
    this.#batches = [];
    this.#count = 0;
    this.#bytes = 0;
    this.#inFlight = 0;
  }

  async close(graceMs: number): Promise<void> {
    await this.drain(graceMs);
    await Promise.race([
      this.#destination.close(),
      new Promise((resolve) => setTimeout(resolve, graceMs).unref()),
    ]);
  }

  async reopen(): Promise<void> {
    await this.#destination.reopen?.();
  }

  stats(): QueueStats {
    return {
      delivered: this.#delivered,
      dropped: this.#dropped,
      failed: this.#failed,
      waiting: this.#count + this.#inFlight,
      stuck: this.#stuck,
    };
  }

  get #isPatient(): boolean {
    return this.#options.patience?.aborted === false;
  }

  async #run(): Promise<void> {
    // Lets the messages of one event-loop turn gather into one batch.
    await Promise.resolve();
    for (let batch = this.#batches.shift(); batch !== undefined; batch = this.#batches.shift()) {
      this.#count -= batch.length;
      for (const message of batch) {
        this.#bytes -= sizeOf(message);
      }
      await this.#deliver(batch);
      this.#wake();
    }
    this.#running = null;
  }

  async #deliver(batch: readonly AlertMessage[]): Promise<void> {
    const { id, log, timeoutMs } = this.#options;
    this.#inFlight = batch.length;
    const watchdog = setTimeout(() => {
      this.#stuck = true;
      log.error('output takes longer than output_timeout', { output: id, timeoutMs });
      this.#wake();
    }, timeoutMs);
    try {
      await this.#destination.send(batch);
      // Zero when drain has given this batch up meanwhile.
      this.#delivered += this.#inFlight;
      this.#failing = false;
    } catch (error) {
      this.#failed += this.#inFlight;
      this.#report(error);
    } finally {
      clearTimeout(watchdog);
      this.#inFlight = 0;
      this.#stuck = false;
    }
  }

  // One line when a destination begins to fail, not one for each message.
  #report(error: unknown): void {
    if (!(error instanceof Error)) {
      throw error;
    }
    if (!this.#failing) {
      const hint = error instanceof AppError ? error.hint : undefined;
      this.#options.log.error('output failed', {
        output: this.#options.id,
        reason: error.message,
        ...(hint ? { hint } : {}),
      });
    }
    this.#failing = true;
  }

  #wake(): void {
    if (!this.wantsPause) {
      const waiters = this.#roomWaiters;
      this.#roomWaiters = [];
      waiters.forEach((resolve) => {
        resolve();
      });
    }
  }
}

function sizeOf({ line, inside }: AlertMessage): number {
  return line.length + (inside?.length ?? 0);
}
