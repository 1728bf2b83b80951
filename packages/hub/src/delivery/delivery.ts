import { eventJson, priorityNames, type PriorityName, type StoredAlert } from '@lanner/api';
import { AppError, type Log } from '@lanner/core';
import type { AlertTail } from '../alert-tail.ts';
import type { Audience, EventMessage, OpenDestination } from '../destination.ts';
import { testRule } from '../intake/decode.ts';
import type { DeliveryStore } from '../store/delivery-store.ts';
import { backoffMs, patienceMs } from './backoff.ts';
import { HourlyBudget } from './hourly-budget.ts';

export interface DeliveryOptions {
  /** Label in metrics and messages. */
  readonly name: string;
  readonly audience: Audience;
  /** Less urgent alerts are passed over; null for none. */
  readonly minPriority: PriorityName | null;
  /** So many alerts it gets in an hour, critical ones beside; null for any number. */
  readonly hourlyBudget?: number | null;
  readonly open: () => Promise<OpenDestination>;
  readonly tail: Pick<AlertTail, 'after' | 'next' | 'wakes'>;
  readonly store: DeliveryStore;
  /** An attempt that makes no progress for so long has failed; the destination is opened anew. */
  readonly timeoutMs: number;
  readonly log: Log;
  readonly now: () => number;
  /** Resolves after a while, or when the signal is aborted. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** 0 to 1. */
  readonly random: () => number;
  readonly onResult: (status: 'ok' | 'error', count: number) => void;
}

export interface DeliveryStatus {
  readonly name: string;
  readonly state: 'idle' | 'sending' | 'waiting' | 'stopped';
  readonly position: number;
  /** Attempts that failed in a row. */
  readonly failures: number;
  /** Why the last attempt failed; null after one that did not. */
  readonly lastError: string | null;
  readonly lastDeliveredMs: number | null;
  readonly nextAttemptMs: number | null;
  /** Alerts that it was not told of, as it had had its budget of the hour. */
  readonly overBudget: number;
}

const batchSize = 256;

/**
 * Brings the alerts that lie after its position to one destination, in order, and moves on. What fails is tried again
 * for as long as it takes: with growing pauses, and with one alert at a time until the destination works again.
 */
export class Delivery {
  readonly #options: DeliveryOptions;
  readonly #stop = new AbortController();
  #destination: OpenDestination | null = null;
  #running: Promise<void> | null = null;
  #state: DeliveryStatus['state'] = 'idle';
  #position = 0;
  #failures = 0;
  /** Refused for good, since one was taken. */
  #refused = 0;
  #lastError: string | null = null;
  #lastDeliveredMs: number | null = null;
  #nextAttemptMs: number | null = null;
  #overBudget = 0;
  readonly #budget: HourlyBudget | null;
  /** Ends a pause between attempts. */
  #hurry = new AbortController();

  constructor(options: DeliveryOptions) {
    this.#options = options;
    const { hourlyBudget = null } = options;
    this.#budget = hourlyBudget === null ? null : new HourlyBudget(hourlyBudget);
  }

  async start(): Promise<void> {
    this.#position = (await this.#options.store.open(this.#options.name)).position;
    this.#running = this.#run();
  }

  /** Ends after the attempt that runs, or after `graceMs`. What was not delivered waits in the store. */
  async close(graceMs: number): Promise<void> {
    this.#stop.abort();
    this.#hurry.abort();
    await Promise.race([this.#running, this.#options.sleep(graceMs, new AbortController().signal)]);
    await this.#destination?.close();
    this.#state = 'stopped';
  }

  /** Tries again now instead of after the pause. */
  retryNow(): void {
    this.#hurry.abort();
  }

  /** Tells a destination that is open how deliveries went: those for metrics pass it on. */
  note(output: string, status: 'ok' | 'error', count: number): void {
    this.#destination?.note?.(output, status, count);
  }

  /** Tells it of alerts that came and were none. */
  noteRejected(count: number): void {
    this.#destination?.noteRejected?.(count);
  }

  status(): DeliveryStatus {
    return {
      name: this.#options.name,
      state: this.#state,
      position: this.#position,
      failures: this.#failures,
      lastError: this.#lastError,
      lastDeliveredMs: this.#lastDeliveredMs,
      nextAttemptMs: this.#nextAttemptMs,
      overBudget: this.#overBudget,
    };
  }

  /** Sends an alert past the order, once: a test, or a dead letter again. Rejects with what went wrong. */
  async sendNow(message: EventMessage): Promise<void> {
    const destination = await this.#options.open();
    try {
      await this.#guarded(destination, [message], () => undefined);
    } finally {
      await destination.close();
    }
  }

  async #run(): Promise<void> {
    const { tail } = this.#options;
    const { signal } = this.#stop;
    await this.#tryConfiguration();
    while (!signal.aborted) {
      const { wakes } = tail;
      const alerts = await this.#read();
      if (alerts === null) {
        continue;
      }
      if (alerts.length === 0) {
        this.#state = 'idle';
        await tail.next(wakes, signal);
        continue;
      }
      await this.#deliver(alerts);
    }
  }

  /** What people have to mend is told at the start, not with the first alert. One that is away only now is asked then. */
  async #tryConfiguration(): Promise<void> {
    const { name, log } = this.#options;
    try {
      this.#destination = await this.#options.open();
    } catch (error) {
      if (!(error instanceof AppError)) {
        throw error;
      }
      if (error.code === 'config.invalid') {
        this.#lastError = error.message;
        log.error('destination is not configured rightly; its alerts wait', {
          destination: name,
          reason: error.message,
          ...(error.hint === undefined ? {} : { hint: error.hint }),
        });
      }
    }
  }

  /** Null when the store could not be read: it is asked again after a pause. */
  async #read(): Promise<readonly StoredAlert[] | null> {
    try {
      return await this.#options.tail.after(this.#position, this.#failures > 0 ? 16 : batchSize);
    } catch (error) {
      await this.#failed(error);
      return null;
    }
  }

  async #deliver(alerts: readonly StoredAlert[]): Promise<void> {
    const { within: wanted, beyond } = this.#affordable(alerts.filter((alert) => this.#wants(alert)));
    const last = alerts.at(-1)?.position ?? this.#position;
    // With a destination that fails, one alert at a time shows whether it is back, and which one it does not like.
    const batch = this.#failures > 0 ? wanted.slice(0, 1) : wanted;
    let done = 0;
    try {
      if (batch.length > 0) {
        this.#state = 'sending';
        this.#destination ??= await this.#options.open();
        await this.#guarded(this.#destination, batch.map(messageOf), (count) => {
          done = Math.max(done, Math.min(count, batch.length));
        });
        done = batch.length;
      }
      await this.#advance(done === wanted.length ? last : (batch.at(-1)?.position ?? last), done);
      this.#account(batch.slice(0, done), done === wanted.length ? beyond : 0);
      this.#succeeded(done);
    } catch (error) {
      const before = batch[done - 1];
      if (before !== undefined) {
        await this.#advance(before.position, done).catch(() => undefined);
        this.#account(batch.slice(0, done), 0);
      }
      await this.#refusedOrFailed(error, batch[done]);
    }
  }

  #wants(alert: StoredAlert): boolean {
    const { minPriority, audience } = this.#options;
    if (alert.event.rule === testRule) {
      return true;
    }
    const urgentEnough =
      minPriority === null ||
      priorityNames.indexOf(alert.event.priority) <= priorityNames.indexOf(minPriority);
    return urgentEnough && (audience === 'machines' || alert.held === null);
  }

  /** What is left of the hour's budget; critical alerts always go out. Nothing is spent before it has arrived. */
  #affordable(alerts: readonly StoredAlert[]): { within: readonly StoredAlert[]; beyond: number } {
    if (this.#budget === null) {
      return { within: alerts, beyond: 0 };
    }
    let left = this.#budget.left(this.#options.now());
    const within = alerts.filter((alert) => isCritical(alert) || left-- > 0);
    return { within, beyond: alerts.length - within.length };
  }

  #account(delivered: readonly StoredAlert[], beyond: number): void {
    const { now, log, name } = this.#options;
    this.#budget?.spend(delivered.filter((alert) => !isCritical(alert)).length, now());
    if (beyond > 0) {
      this.#overBudget += beyond;
      log.warn('destination has had its alerts of this hour; the others are in the store', {
        destination: name,
        alerts: beyond,
      });
    }
  }

  async #advance(position: number, delivered: number): Promise<void> {
    await this.#options.store.advance(this.#options.name, position, delivered);
    this.#position = position;
  }

  #succeeded(count: number): void {
    const { log, name, now, onResult } = this.#options;
    if (count === 0) {
      return;
    }
    if (this.#failures > 0) {
      log.info('destination works again', { destination: name, failures: this.#failures });
    }
    this.#failures = 0;
    this.#refused = 0;
    this.#lastError = null;
    this.#nextAttemptMs = null;
    this.#lastDeliveredMs = now();
    onResult('ok', count);
  }

  async #refusedOrFailed(error: unknown, alert: StoredAlert | undefined): Promise<void> {
    if (alert === undefined || !(error instanceof AppError) || error.code !== 'output.rejected') {
      await this.#failed(error);
      return;
    }
    const { store, name, now, log, onResult } = this.#options;
    try {
      await store.bury(name, alert.position, error.message, this.#failures + 1, now());
      await this.#advance(alert.position, 0);
    } catch (unstored) {
      // It is sent again, and refused again, when the store takes it.
      await this.#failed(unstored);
      return;
    }
    onResult('error', 1);
    this.#refused++;
    this.#lastError = error.message;
    // One that refuses everything is not told of with each alert: dead letters and metrics count them.
    if (this.#refused === 1 || this.#refused % 100 === 0) {
      log.error('alert refused for good', {
        destination: name,
        alert: alert.id,
        reason: error.message,
        refused: this.#refused,
      });
    }
  }

  async #failed(error: unknown): Promise<void> {
    const { name, now, log, random, sleep, onResult } = this.#options;
    if (this.#stop.signal.aborted) {
      return;
    }
    this.#failures++;
    this.#lastError = error instanceof Error ? error.message : String(error);
    onResult('error', 1);
    const pauseMs = patienceMs(backoffMs(this.#failures, random()), error);
    this.#nextAttemptMs = now() + pauseMs;
    // One line when it begins to fail, and then as rarely as the pauses are long.
    if (this.#failures === 1 || this.#failures % 10 === 0) {
      const hint = error instanceof AppError ? error.hint : undefined;
      log.error('destination failed; its alerts wait', {
        destination: name,
        reason: this.#lastError,
        failures: this.#failures,
        ...(hint === undefined ? {} : { hint }),
      });
    }
    await this.#reset();
    this.#state = 'waiting';
    this.#hurry = new AbortController();
    await sleep(pauseMs, AbortSignal.any([this.#stop.signal, this.#hurry.signal]));
  }

  /** Opens anew at the next attempt: a connection may be what is wrong. */
  async #reset(): Promise<void> {
    const destination = this.#destination;
    this.#destination = null;
    try {
      await destination?.close();
    } catch (error) {
      this.#options.log.debug('destination did not close', {
        destination: this.#options.name,
        reason: String(error),
      });
    }
  }

  /** Sends, and gives up when there is no progress for too long: a destination may hang in ways of its own. */
  async #guarded(
    destination: OpenDestination,
    batch: readonly EventMessage[],
    delivered: (count: number) => void,
  ): Promise<void> {
    const { timeoutMs, sleep, name } = this.#options;
    const ended = new AbortController();
    let progress = 0;
    const watch = async (): Promise<never> => {
      for (;;) {
        const before = progress;
        await sleep(timeoutMs, ended.signal);
        if (ended.signal.aborted) {
          return new Promise<never>(() => undefined);
        }
        if (progress === before) {
          throw new AppError('output.timeout', `${name} took nothing for ${timeoutMs / 1000} s`);
        }
      }
    };
    try {
      await Promise.race([
        destination.send(batch, (count) => {
          progress = count;
          delivered(count);
        }),
        watch(),
      ]);
    } finally {
      ended.abort();
    }
  }
}

function isCritical({ event }: StoredAlert): boolean {
  return (
    event.rule === testRule || priorityNames.indexOf(event.priority) <= priorityNames.indexOf('Critical')
  );
}

/** An alert as destinations get it. */
export function messageOf({ event }: Pick<StoredAlert, 'event'>): EventMessage {
  return { line: eventJson(event), priority: priorityNames.indexOf(event.priority), event };
}
