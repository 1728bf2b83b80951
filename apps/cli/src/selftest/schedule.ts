import { AppError, type Log } from '@lanner/core';
import { counterFamily, gaugeFamily, type MetricFamily } from '@lanner/hub';
import { BackgroundWork } from '../lib/background-work.ts';
import type { InternalMessage } from '../live/internal-alerts.ts';
import type { SelftestReport } from './report.ts';

/** What one run showed. */
export type SelftestResult = Pick<SelftestReport, 'seen' | 'missing' | 'latencyMs'>;

export interface SelftestScheduleOptions {
  /** Runs the self-test; rejects with an AppError where it cannot run. */
  readonly run: (signal: AbortSignal) => Promise<SelftestResult>;
  readonly everyMs: number;
  /** ms since 1970. */
  readonly now: () => number;
  /** Resolves after a while, or when the signal is aborted. */
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Takes what a run did not see into the alert stream. */
  readonly tell: (message: InternalMessage) => void;
  readonly log: Log;
}

/** Rule of the alerts that say what the self-test did not see. */
export const selftestRule = 'Lanner internal: self-test';

/** Proves again and again that this machine shows what rules need. */
export class SelftestSchedule {
  readonly #options: SelftestScheduleOptions;
  readonly #work = new BackgroundWork();
  #last: SelftestResult | null = null;
  #lastMs = 0;
  #problem: string | null = null;
  #runs = 0;
  #failures = 0;

  constructor(options: SelftestScheduleOptions) {
    this.#options = options;
  }

  start(): void {
    this.#work.start(() => this.#run());
  }

  close(): Promise<void> {
    return this.#work.close();
  }

  /** What the last run did not see, or why there was none; null when all is well, or nothing has been tried yet. */
  get problem(): string | null {
    return this.#problem;
  }

  families(): readonly MetricFamily[] {
    const { seen = 0, missing = [], latencyMs = null } = this.#last ?? {};
    return [
      counterFamily('lanner_selftest_runs_total', 'Self-tests that were run to their end.', this.#runs),
      counterFamily('lanner_selftest_failures_total', 'Self-tests that could not be run.', this.#failures),
      gaugeFamily(
        'lanner_selftest_last_timestamp_seconds',
        'When the last self-test ended; 0 before the first.',
        this.#lastMs / 1000,
      ),
      gaugeFamily('lanner_selftest_behaviours', 'Behaviours of the last self-test.', [
        { labels: { result: 'seen' }, value: seen },
        { labels: { result: 'missing' }, value: missing.length },
      ]),
      gaugeFamily(
        'lanner_selftest_latency_p99_seconds',
        'From system call to alert in the last self-test.',
        (latencyMs?.p99 ?? 0) / 1000,
      ),
    ];
  }

  async #run(): Promise<void> {
    const { everyMs, pause } = this.#options;
    while (!this.#work.isOver()) {
      await this.#runOnce();
      await pause(everyMs, this.#work.signal);
    }
  }

  async #runOnce(): Promise<void> {
    const { run, log } = this.#options;
    try {
      const result = await run(this.#work.signal);
      this.#runs++;
      this.#note(result);
    } catch (error) {
      if (this.#work.isOver()) {
        return;
      }
      if (!(error instanceof AppError)) {
        throw error;
      }
      this.#failures++;
      log.warn('self-test could not run', { reason: error.message });
      this.#fail(`The self-test could not run: ${error.message}`, []);
    }
  }

  #note(result: SelftestResult): void {
    const { log, now } = this.#options;
    const { seen, missing, latencyMs } = result;
    this.#last = result;
    this.#lastMs = now();
    this.#problem = null;
    const details = { seen, missing: missing.length, p99Ms: latencyMs.p99 };
    if (missing.length === 0) {
      log.info('self-test saw everything', details);
      return;
    }
    log.error('self-test did not see everything', { ...details, behaviours: missing });
    const all = seen + missing.length;
    this.#fail(
      `The self-test did not see ${missing.length} of ${all} behaviours: ${missing.join(', ')}.`,
      missing,
    );
  }

  #fail(problem: string, missing: readonly string[]): void {
    this.#problem = problem;
    this.#options.tell({
      ts: BigInt(this.#options.now()) * 1_000_000n,
      rule: selftestRule,
      priority: 'Warning',
      output: `Lanner internal: self-test. ${problem}`,
      fields: { 'selftest.missing': [...missing] },
    });
  }
}
