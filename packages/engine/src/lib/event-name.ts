import type { EventView } from '../event.ts';
import { eventId, syscallNames } from '../event-table.ts';
import syscalls from '../tables/syscalls.json' with { type: 'json' };

const generic = eventId('GENERIC_X');
const asyncEvent = eventId('ASYNCEVENT_E');
const unknownSyscall = 0;

// Rows of the table start with name, code and the number of the call on x86-64.
type SyscallRow = readonly [name: string, code: number, x86: number | null];
const codesByNumber: ReadonlyMap<number, number> = new Map(
  (syscalls.syscalls as unknown as readonly SyscallRow[]).flatMap(([, code, number]) =>
    number === null ? [] : [[number, code] as const],
  ),
);

/** What `evt.type` says: the event's name, for generic events that of the system call, for asynchronous ones their own. */
export function eventName(event: EventView): string {
  if (event.type === generic) {
    return genericName(event);
  }
  return event.type === asyncEvent ? asyncName(event) : event.info.name;
}

/** The name that an asynchronous event carries. */
export function asyncName(event: EventView): string {
  return event.has(1) ? event.text(1) : '<NA>';
}

// A call that was unknown when the capture was written may be known now by its own number.
function genericName(event: EventView): string {
  let code = event.length(0) < 2 ? unknownSyscall : event.u16(0);
  if (code === unknownSyscall && event.length(1) >= 2) {
    code = codesByNumber.get(event.u16(1)) ?? unknownSyscall;
  }
  return syscallNames.get(code) ?? '';
}
