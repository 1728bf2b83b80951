import type { EventView } from '../event.ts';
import { type EventInfo, eventTable } from '../event-table.ts';
import type { ParamType, Scalar } from '../value.ts';
import { compact } from './numbers.ts';

// By event type; filled when a name is first looked for.
const indices: (ReadonlyMap<string, number> | undefined)[] = eventTable.map(() => undefined);

/** The index of the event's parameter with this name; -1 when the event has none. */
export function paramIndex(event: EventView, name: string): number {
  const known = (indices[event.type] ??= indicesOf(event.info));
  const index = known.get(name) ?? -1;
  return index < event.paramCount ? index : -1;
}

function indicesOf({ params }: EventInfo): ReadonlyMap<string, number> {
  // Of two parameters with one name, the first counts.
  return new Map(params.map(({ name }, i) => [name, i] as const).reverse());
}

/**
 * The value of a parameter in its own type: a number, text, or the bytes of what has parts (addresses, tuples, lists).
 * Null when it is empty or too short for its type.
 */
export function paramValue(event: EventView, index: number): Scalar | null {
  const length = event.length(index);
  const type = event.info.params[index]?.type;
  if (type === 'CHARBUF' || type === 'FSPATH' || type === 'FSRELPATH') {
    return length === 0 || isNullText(event, index, length) ? '<NA>' : event.text(index);
  }
  const reader = type === undefined ? undefined : readers[type];
  if (length === 0 || (reader !== undefined && length < reader.width)) {
    return null;
  }
  return reader === undefined ? event.raw(index) : reader.read(event.view, event.start(index));
}

/** Old writers said `(NULL)` where nothing was to be read. */
function isNullText(event: EventView, index: number, length: number): boolean {
  return length === 7 && event.u8(index) === 0x28 && event.text(index) === '(NULL)';
}

/** How many bytes the numbers of a parameter type have, and whether they can be negative; null for other types. */
export function numberShape(type: ParamType): { readonly width: number; readonly signed: boolean } | null {
  const reader = type === 'BOOL' || type === 'DOUBLE' ? undefined : readers[type];
  return reader === undefined ? null : { width: reader.width, signed: reader.signed === true };
}

interface Reader {
  readonly width: number;
  /** A number that can be negative. */
  readonly signed?: boolean;
  readonly read: (view: DataView, at: number) => Scalar;
}

const int8: Reader = { width: 1, signed: true, read: (view, at) => view.getInt8(at) };
const int16: Reader = { width: 2, signed: true, read: (view, at) => view.getInt16(at, true) };
const int32: Reader = { width: 4, signed: true, read: (view, at) => view.getInt32(at, true) };
const int64: Reader = { width: 8, signed: true, read: (view, at) => compact(view.getBigInt64(at, true)) };
const uint8: Reader = { width: 1, read: (view, at) => view.getUint8(at) };
const uint16: Reader = { width: 2, read: (view, at) => view.getUint16(at, true) };
const uint32: Reader = { width: 4, read: (view, at) => view.getUint32(at, true) };
const uint64: Reader = { width: 8, read: (view, at) => compact(view.getBigUint64(at, true)) };

const readers: Partial<Record<ParamType, Reader>> = {
  INT8: int8,
  INT16: int16,
  INT32: int32,
  INT64: int64,
  ERRNO: int64,
  FD: int64,
  PID: int64,
  FD32: int32,
  PID32: int32,
  UINT8: uint8,
  FLAGS8: uint8,
  ENUMFLAGS8: uint8,
  SIGTYPE: uint8,
  L4PROTO: uint8,
  SOCKFAMILY: uint8,
  UINT16: uint16,
  FLAGS16: uint16,
  ENUMFLAGS16: uint16,
  SYSCALLID: uint16,
  PORT: uint16,
  UINT32: uint32,
  FLAGS32: uint32,
  ENUMFLAGS32: uint32,
  MODE: uint32,
  UID: uint32,
  GID: uint32,
  SIGSET: uint32,
  UINT64: uint64,
  RELTIME: uint64,
  ABSTIME: uint64,
  BOOL: { width: 4, read: (view, at) => view.getUint32(at, true) !== 0 },
  DOUBLE: { width: 8, read: (view, at) => view.getFloat64(at, true) },
};
