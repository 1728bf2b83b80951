import { eventId, eventTable, type EventView } from '@lanner/engine';
import { eventHandlers } from '../events/registry.gen.ts';
import type { StateTables } from './tables.ts';

type Handle = (event: EventView, state: StateTables) => void;

/** What changes the tables, by event type. */
export const handlers: readonly (Handle | undefined)[] = dispatchTable();

function dispatchTable(): (Handle | undefined)[] {
  const table: (Handle | undefined)[] = eventTable.map(() => undefined);
  for (const { id, on } of eventHandlers) {
    for (const [code, handle] of Object.entries(on)) {
      const type = eventId(code);
      if (table[type] !== undefined) {
        throw new Error(`two event handlers take ${code}, one of them is ${id}`);
      }
      table[type] = handle;
    }
  }
  return table;
}
