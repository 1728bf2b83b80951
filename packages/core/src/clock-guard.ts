import type { Log } from './log.ts';

export interface ClockGuardOptions {
  readonly log: Log;
  /** Milliseconds that go on evenly, whatever becomes of the clock. */
  readonly monotonicMs: () => number;
  /** What the clock showed when this was last used, by what is on disk; null when that is not known. */
  readonly lastMs: number | null;
}

/** A clock that is this much ahead of what has passed was set. */
const stepMs = 3_600_000;
/** So long a new time is doubted before it is believed. */
const doubtMs = 3_600_000;

/**
 * Sees to it that a clock that jumps ahead does not age everything at once. What happens while nothing runs cannot be told
 * from a long pause: a start after one is doubted, too.
 */
export class ClockGuard {
  readonly #options: ClockGuardOptions;
  #before: { readonly nowMs: number; readonly monotonicMs: number } | null = null;
  #doubtUntilMs = -Infinity;
  #reason = '';

  constructor(options: ClockGuardOptions) {
    this.#options = options;
  }

  /** What is wrong with the clock; empty for nothing. */
  get reason(): string {
    return this.#options.monotonicMs() < this.#doubtUntilMs ? this.#reason : '';
  }

  /** True while the clock is doubted. Called with each new time. */
  stepped(nowMs: number): boolean {
    const { log, lastMs } = this.#options;
    const monotonicMs = this.#options.monotonicMs();
    const before = this.#before;
    this.#before = { nowMs, monotonicMs };
    if (before === null) {
      const awayMs = lastMs === null ? 0 : nowMs - lastMs;
      if (awayMs > stepMs) {
        this.#doubt('It was not used for long, or the clock was set; nothing is removed by age for an hour.');
        log.info('not used for long, or the clock was set; nothing is removed by age for an hour', {
          awayMs,
        });
      }
      return this.#isDoubted(monotonicMs);
    }
    const jumpMs = nowMs - before.nowMs - (monotonicMs - before.monotonicMs);
    if (jumpMs > stepMs) {
      this.#doubt('The clock jumped ahead; nothing is removed by age for an hour.');
      log.warn('clock jumped ahead; nothing is removed by age for an hour', { jumpMs });
    } else if (jumpMs < -stepMs) {
      log.warn('clock was set back', { jumpMs });
      this.#doubtUntilMs = -Infinity;
    }
    return this.#isDoubted(monotonicMs);
  }

  #doubt(reason: string): void {
    this.#reason = reason;
    this.#doubtUntilMs = this.#options.monotonicMs() + doubtMs;
  }

  #isDoubted(monotonicMs: number): boolean {
    return monotonicMs < this.#doubtUntilMs;
  }
}
