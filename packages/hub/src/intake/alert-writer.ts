import type { FalcoEvent, NewAlert } from '@lanner/api';
import { AppError, type Log } from '@lanner/core';
import type { AlertTail } from '../alert-tail.ts';
import type { AlertStore, AppendResult, BatchOrigin } from '../store/alert-store.ts';
import { fingerprintOf, UlidSource, workloadOf } from './identity.ts';

/** Decides whom an alert is kept from, and why; in the order in which alerts are stored. */
export interface Holder {
  /** As long as `alerts`; null for an alert that people are told of. */
  readonly decide: (alerts: readonly NewAlert[], nowMs: number) => Promise<readonly (string | null)[]>;
  /** Nothing of what was decided came true: these alerts were not stored. */
  readonly takeBack: (alerts: readonly NewAlert[], held: readonly (string | null)[]) => void;
}

export interface AlertWriterOptions {
  readonly alerts: AlertStore;
  readonly tail: Pick<AlertTail, 'wake'>;
  readonly holder: Holder;
  readonly now: () => number;
  /** Alerts that may wait for the disk; beyond, whoever sends is asked to wait. */
  readonly maxPending: number;
  readonly log: Log;
}

/** Why alerts were not taken; whoever sent them still has them. */
export const refusalReasons = ['busy', 'full', 'readonly', 'failed'] as const;
export type RefusalReason = (typeof refusalReasons)[number];

/** One line in so long says how many were refused. */
const tellEveryMs = 10_000;

/** The way of every alert into the store. Resolved means on disk. */
export class AlertWriter {
  readonly #options: AlertWriterOptions;
  readonly #ulids = new UlidSource();
  #pending = 0;
  readonly #refused = { busy: 0, full: 0, readonly: 0, failed: 0 };
  #untold = 0;
  #toldMs = -Infinity;

  constructor(options: AlertWriterOptions) {
    this.#options = options;
  }

  get pending(): number {
    return this.#pending;
  }

  /** Alerts that were not taken since the start, by reason. */
  get refused(): Readonly<Record<RefusalReason, number>> {
    return this.#refused;
  }

  /** An event as an alert of now, and of the node that is known to have sent it. */
  alertOf(event: FalcoEvent, timeUs: number, node: string = event.hostname ?? ''): NewAlert {
    const nowMs = this.#options.now();
    const workload = workloadOf(event);
    return {
      id: this.#ulids.next(nowMs),
      receivedMs: nowMs,
      timeUs,
      event,
      node,
      workload,
      fingerprint: fingerprintOf(event, workload),
    };
  }

  /** Throws AppError 'server.busy' when too many wait, and what the store throws. */
  async write(alerts: readonly NewAlert[], origin?: BatchOrigin): Promise<AppendResult> {
    const { maxPending } = this.#options;
    if (this.#pending >= maxPending) {
      const busy = new AppError('server.busy', `${this.#pending} alerts wait for the disk`, {
        hint: 'Send this one again in a moment.',
      });
      this.#refuse(alerts.length, busy);
      throw busy;
    }
    this.#pending += alerts.length;
    try {
      return await this.#store(alerts, origin);
    } catch (error) {
      this.#refuse(alerts.length, error);
      throw error;
    } finally {
      this.#pending -= alerts.length;
    }
  }

  async #store(alerts: readonly NewAlert[], origin: BatchOrigin | undefined): Promise<AppendResult> {
    const { alerts: store, tail, holder, now } = this.#options;
    const held = await holder.decide(alerts, now());
    try {
      const result = await store.append(alerts, held, origin);
      tail.wake();
      return result;
    } catch (error) {
      holder.takeBack(alerts, held);
      throw error;
    }
  }

  #refuse(count: number, error: unknown): void {
    const { now, log } = this.#options;
    const code = error instanceof AppError ? error.code.replace(/^.*\./, '') : 'failed';
    this.#refused[refusalReasons.find((reason) => reason === code) ?? 'failed'] += count;
    this.#untold += count;
    const nowMs = now();
    // A clock that was set back does not keep it from being told.
    if (Math.abs(nowMs - this.#toldMs) >= tellEveryMs) {
      log.error('alerts were not taken; whoever sent them still has them', {
        alerts: this.#untold,
        reason: error instanceof Error ? error.message : String(error),
      });
      this.#untold = 0;
      this.#toldMs = nowMs;
    }
  }
}
