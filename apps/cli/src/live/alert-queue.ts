import type { EventView, LoadedRule } from '@lanner/engine';
import type { AlertPrinter } from '../detect/alert-printer.ts';
import type { LiveAlert } from './protocol.ts';

/** Alerts that the main thread has not taken yet; more are dropped and counted. */
const maxPendingAlerts = 65_536;

/** Rules in use, with the places of the rules in their report. */
export interface RunningProgram {
  /** Counts from 1 with each program that was accepted. */
  readonly number: number;
  readonly printer: AlertPrinter;
  readonly places: ReadonlyMap<LoadedRule, number>;
}

/** Prints alerts, and hands them on in batches. */
export class AlertQueue {
  /** Alerts for which there was no room. */
  dropped = 0;
  #alerts: LiveAlert[] = [];
  #pending = 0;
  readonly #send: (alerts: readonly LiveAlert[]) => void;

  constructor(send: (alerts: readonly LiveAlert[]) => void) {
    this.#send = send;
  }

  add(rule: LoadedRule, event: EventView, { number, printer, places }: RunningProgram): void {
    if (this.#pending >= maxPendingAlerts) {
      this.dropped++;
      return;
    }
    this.#pending++;
    const { line, inside } = printer.message(rule, event);
    this.#alerts.push({
      line,
      ...(inside === undefined ? {} : { inside }),
      rule: places.get(rule) ?? -1,
      program: number,
      eventMs: (event.tsHi * 0x1_0000_0000 + event.tsLo) / 1e6,
    });
  }

  /** Hands on what has been added. */
  flush(): void {
    if (this.#alerts.length > 0) {
      this.#send(this.#alerts);
      this.#alerts = [];
    }
  }

  /** So many no longer wait in the main thread. */
  taken(count: number): void {
    this.#pending -= count;
  }
}
