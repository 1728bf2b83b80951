import type { EventView } from '@lanner/engine';
import type { StateTables } from './state/tables.ts';

/** How one group of related event types changes the state tables: one file a syscall family. */
export interface EventHandler {
  /** File name and id. */
  readonly id: string;
  /** One sentence for docs/architecture.md. */
  readonly doc: string;
  /** Codes of the event types (see `eventTable`) with the function that applies each. */
  readonly on: Readonly<Record<string, (event: EventView, state: StateTables) => void>>;
}

export function defineEventHandler(handler: EventHandler): EventHandler {
  return handler;
}
