import type { EventView } from '../event.ts';
import { type EventInfo, eventId, eventTable } from '../event-table.ts';

const generic = eventId('GENERIC_X');
const returning: readonly boolean[] = eventTable.map(isReturning);

/** True for the exit of a system call whose first parameter is what the call returned. */
export function hasReturnValue(event: EventView): boolean {
  return returning[event.type] === true && event.paramCount > 0;
}

/**
 * What the system call returned, as a signed number; call only when there is one. Exact up to 2^53, which is enough for
 * everything but addresses in the upper half. A parameter of an odd width counts as 0.
 */
export function returnNumber(event: EventView): number {
  switch (event.length(0)) {
    case 8:
      return event.i64(0);
    case 4:
      return event.i32(0);
    default:
      return 0;
  }
}

/** What the system call returned, exactly; null when the event has no return value. */
export function returnValue(event: EventView): number | bigint | null {
  if (!hasReturnValue(event)) {
    return null;
  }
  const value = returnNumber(event);
  return Number.isSafeInteger(value) ? value : event.view.getBigInt64(event.start(0), true);
}

/** True for event types whose first parameter is what a call returned. */
export function isReturning({ id, isEnter, categories }: EventInfo): boolean {
  return !isEnter && id !== generic && categories.includes('SYSCALL');
}
