import { eventTable } from '@lanner/engine';
import { eventAt, eventHeaderBytes, maxParamCount, oldEventHeaderBytes } from './format.ts';

/** 4 for the types whose parameter lengths take four bytes each, otherwise 2; by the number of the type. */
const lengthBytes = Uint8Array.from(eventTable, (info) => (info.isLarge ? 4 : 2));
const tableParamCounts = Uint8Array.from(eventTable, (info) => info.params.length);

// Writers of version 1 events stored these two types with a length three bytes too long.
const overlongOldTypes = new Set(
  eventTable
    .filter(({ code }) => code === 'NOTIFICATION_E' || code === 'INFRASTRUCTURE_EVENT_E')
    .map(({ id }) => id),
);

/** Width in bytes of each parameter length of an event type. */
export function paramLengthBytes(type: number): number {
  return lengthBytes[type] as number;
}

/**
 * What is wrong with the event whose header of 26 bytes starts at `at`, in words; null when header, parameter lengths
 * and parameters lie within each other. `room` is what its block has for it.
 */
export function eventFault(view: DataView, at: number, room: number, type: number): string | null {
  const length = view.getUint32(at + eventAt.length, true);
  const count = view.getUint32(at + eventAt.paramCount, true);
  if (length > room) {
    return `an event of ${length} bytes in a block with room for ${room}`;
  }
  if (count > maxParamCount) {
    return `an event with ${count} parameters`;
  }
  // An index of the table, which the caller has checked.
  const step = lengthBytes[type] as number;
  let lengthsAt = at + eventHeaderBytes;
  let used = eventHeaderBytes + step * count;
  // Lengths are read before their sum is compared: they must lie within the event.
  if (used > length) {
    return `${count} parameter lengths in an event of ${length} bytes`;
  }
  if (step === 2) {
    for (const end = lengthsAt + 2 * count; lengthsAt < end; lengthsAt += 2) {
      used += view.getUint16(lengthsAt, true);
    }
  } else {
    for (const end = lengthsAt + 4 * count; lengthsAt < end; lengthsAt += 4) {
      used += view.getUint32(lengthsAt, true);
    }
  }
  return used > length ? `parameters of ${used} bytes in an event of ${length} bytes` : null;
}

/**
 * Copies a version 1 event, whose header lacks the number of parameters, to the start of `target` in the current
 * form. The number follows from the event's length: the largest for which header, lengths and parameters add up.
 * Gives what is wrong with the event, or null.
 */
export function upgradeOldEvent(
  view: DataView,
  at: number,
  room: number,
  type: number,
  target: DataView,
): string | null {
  const written = view.getUint32(at + eventAt.length, true);
  const length = written - (overlongOldTypes.has(type) ? 3 : 0);
  if (length < oldEventHeaderBytes || length > room) {
    return `an old event of ${written} bytes in a block with room for ${room}`;
  }
  if (lengthBytes[type] !== 2) {
    return 'an event of a type that came after this form of blocks';
  }
  const count = countParams(view, at + oldEventHeaderBytes, length - oldEventHeaderBytes, type);
  if (count < 0) {
    return 'an old event whose parameters do not add up to its length';
  }
  copyBytes(view, at, target, 0, oldEventHeaderBytes);
  copyBytes(view, at + oldEventHeaderBytes, target, eventHeaderBytes, length - oldEventHeaderBytes);
  target.setUint32(eventAt.length, length + 4, true);
  target.setUint32(eventAt.paramCount, count, true);
  return null;
}

// Each further parameter adds at least its length to the sum, so at most one number fits.
function countParams(view: DataView, at: number, room: number, type: number): number {
  const most = tableParamCounts[type] as number;
  let used = 0;
  for (let count = 0; ; count++) {
    if (used === room) {
      return count;
    }
    if (count === most || used > room || 2 * count + 2 > room) {
      return -1;
    }
    used += 2 + view.getUint16(at + 2 * count, true);
  }
}

function copyBytes(from: DataView, at: number, to: DataView, toAt: number, length: number): void {
  new Uint8Array(to.buffer, to.byteOffset + toAt, length).set(
    new Uint8Array(from.buffer, from.byteOffset + at, length),
  );
}
