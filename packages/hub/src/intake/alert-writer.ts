import type { FalcoEvent, NewAlert } from '@lanner/api';
import { AppError } from '@lanner/core';
import type { AlertTail } from '../alert-tail.ts';
import type { AlertStore, AppendResult, BatchOrigin } from '../store/alert-store.ts';
import { fingerprintOf, UlidSource, workloadOf } from './identity.ts';

/** Decides whom an alert is kept from, and why; in the order in which alerts are stored. */
export interface Holder {
  /** As long as `alerts`; null for an alert that people are told of. */
  readonly decide: (alerts: readonly NewAlert[], nowMs: number) => Promise<readonly (string | null)[]>;
}

export interface AlertWriterOptions {
  readonly alerts: AlertStore;
  readonly tail: Pick<AlertTail, 'wake'>;
  readonly holder: Holder;
  readonly now: () => number;
  /** Alerts that may wait for the disk; beyond, whoever sends is asked to wait. */
  readonly maxPending: number;
}

/** The way of every alert into the store. Resolved means on disk. */
export class AlertWriter {
  readonly #options: AlertWriterOptions;
  readonly #ulids = new UlidSource();
  #pending = 0;

  constructor(options: AlertWriterOptions) {
    this.#options = options;
  }

  get pending(): number {
    return this.#pending;
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
    const { alerts: store, tail, holder, now, maxPending } = this.#options;
    if (this.#pending >= maxPending) {
      throw new AppError('server.busy', `${this.#pending} alerts wait for the disk`, {
        hint: 'Send this one again in a moment.',
      });
    }
    this.#pending += alerts.length;
    try {
      const held = await holder.decide(alerts, now());
      const result = await store.append(alerts, held, origin);
      tail.wake();
      return result;
    } finally {
      this.#pending -= alerts.length;
    }
  }
}
