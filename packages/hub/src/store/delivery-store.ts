import type { StoredAlert } from '@lanner/api';

/** Where a destination stands in the order of arrival. */
export interface DeliveryState {
  readonly destination: string;
  /** Everything up to here was delivered, held back or given up. */
  readonly position: number;
  readonly delivered: number;
  /** How many there are now. */
  readonly deadLetters: number;
  /** Alerts that retention took before they were delivered, dead letters included: lost, and counted. */
  readonly lost: number;
}

/** An alert that a destination refused for good. */
export interface DeadLetter {
  readonly id: number;
  readonly destination: string;
  readonly alert: StoredAlert;
  readonly reason: string;
  readonly atMs: number;
  readonly attempts: number;
}

/** Durable progress of deliveries. Alerts are not copied for a destination: it has a position in their order. */
export interface DeliveryStore {
  /** Starts a new destination at the end (`position` of the last alert), so that it does not get the whole history. */
  open(destination: string): Promise<DeliveryState>;
  /** Moves on; `delivered` adds to the count. */
  advance(destination: string, position: number, delivered: number): Promise<void>;
  bury(destination: string, position: number, reason: string, attempts: number, atMs: number): Promise<void>;
  /** Newest first. */
  deadLetters(destination: string | null, limit: number, before?: number): Promise<readonly DeadLetter[]>;
  forget(ids: readonly number[]): Promise<number>;
  states(): Promise<readonly DeliveryState[]>;
}
