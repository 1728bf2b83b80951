import type { EventView } from '@lanner/engine';

// Captures come from strangers: a parameter whose length does not fit its type counts as absent, so that no reader
// strays into the parameters beside it.

/** A signed 64-bit parameter; `absent` where it is missing. Inexact beyond 2^53. */
export function int64(event: EventView, index: number, absent = 0): number {
  if (event.length(index) !== 8) {
    return absent;
  }
  const start = event.start(index);
  const low = event.view.getInt32(start, true);
  const high = event.view.getInt32(start + 4, true);
  // Nearly always small; a small integer needs no room on the heap.
  return high === low >> 31 ? low : high * 0x1_0000_0000 + (low >>> 0);
}

/** An unsigned 64-bit parameter; 0n where it is missing. */
export function uint64(event: EventView, index: number): bigint {
  return event.length(index) === 8 ? event.view.getBigUint64(event.start(index), true) : 0n;
}

/** An unsigned parameter of 1, 2 or 4 bytes; 0 where it is missing. */
export function uint(event: EventView, index: number): number {
  switch (event.length(index)) {
    case 1:
      return event.u8(index);
    case 2:
      return event.u16(index);
    case 4:
      return event.u32(index);
    default:
      return 0;
  }
}

/** What Falco takes for a text that could not be read. */
export const unknownText = '<NA>';

/** A text parameter; Falco takes an empty one, and the `(NULL)` of old captures, for `<NA>`. */
export function textOf(event: EventView, index: number): string {
  const length = event.length(index);
  if (length === 0) {
    return unknownText;
  }
  const text = event.text(index);
  return length === 7 && text === '(NULL)' ? unknownText : text;
}

/** The texts of a parameter that NUL bytes separate. A lone NUL is no text at all, as in Falco. */
export function splitTexts(joined: string): string[] {
  const inner = joined.endsWith('\0') ? joined.slice(0, -1) : joined;
  return inner === '' ? [] : inner.split('\0');
}
