import type { Log } from '@lanner/core';

export interface ClockGuardOptions {
  readonly log: Log;
  readonly monotonicMs: () => number;
}

/** A clock that is this much ahead of what has passed was set. */
const stepMs = 3_600_000;
/** So long a new time is doubted before it is believed. */
const doubtMs = 3_600_000;

/** Sees to it that a clock that jumps ahead does not age everything at once. */
export class ClockGuard {
  readonly #options: ClockGuardOptions;
  #before: { readonly nowMs: number; readonly monotonicMs: number } | null = null;
  #doubtUntilMs = -Infinity;

  constructor(options: ClockGuardOptions) {
    this.#options = options;
  }

  /** What is wrong with the clock; empty for nothing. */
  get reason(): string {
    return this.#options.monotonicMs() < this.#doubtUntilMs
      ? 'The clock jumped ahead; nothing is removed by age for an hour.'
      : '';
  }

  /** True while the clock is doubted. Called with each new time. */
  stepped(nowMs: number): boolean {
    const monotonicMs = this.#options.monotonicMs();
    const before = this.#before;
    this.#before = { nowMs, monotonicMs };
    if (before !== null) {
      const jumpMs = nowMs - before.nowMs - (monotonicMs - before.monotonicMs);
      if (jumpMs > stepMs) {
        this.#options.log.warn('clock jumped ahead; nothing is removed by age for an hour', { jumpMs });
        this.#doubtUntilMs = monotonicMs + doubtMs;
      } else if (jumpMs < -stepMs) {
        this.#options.log.warn('clock was set back', { jumpMs });
        this.#doubtUntilMs = -Infinity;
      }
    }
    return monotonicMs < this.#doubtUntilMs;
  }
}
