import { crc32 } from 'node:zlib';

/** What an agent sends; each kind is one payload of JSON on one line. */
export const recordKinds = ['alert', 'findings', 'inventory', 'evidence', 'findings-part'] as const;
export type RecordKind = (typeof recordKinds)[number];

export interface SpoolItem {
  readonly kind: RecordKind;
  readonly payload: string;
}

export interface SpoolRecord extends SpoolItem {
  /** Grows with each record of a spool. */
  readonly number: number;
  /** When it was spooled, ms since the epoch. */
  readonly atMs: number;
}

export const maxPayloadBytes: number = 8 * 2 ** 20;
/** marker, CRC of the rest of the header, CRC of the payload, its length, kind, number, time. */
export const recordHeaderBytes = 36;

// 0xff and 0xfe occur in no UTF-8, so what somebody else wrote into an alert is never taken for a record.
const marker = Buffer.from([0xff, 0x4c, 0x52, 0xfe]);

/** The bytes of a record. */
export function encodeRecord({ kind, number, atMs }: SpoolRecord, payload: Uint8Array): Buffer {
  const bytes = Buffer.allocUnsafe(recordHeaderBytes + payload.length);
  marker.copy(bytes);
  bytes.writeUInt32LE(crc32(payload), 8);
  bytes.writeUInt32LE(payload.length, 12);
  bytes.writeUInt32LE(recordKinds.indexOf(kind), 16);
  bytes.writeDoubleLE(number, 20);
  bytes.writeDoubleLE(atMs, 28);
  bytes.writeUInt32LE(crc32(bytes.subarray(8, recordHeaderBytes)), 4);
  bytes.set(payload, recordHeaderBytes);
  return bytes;
}

export interface ScanLimits {
  /** No bytes follow the buffer: what is incomplete at its end is damaged. */
  readonly isEnd: boolean;
  readonly maxRecords?: number;
}

export interface Scanned {
  readonly records: SpoolRecord[];
  /** Where to go on. */
  readonly next: number;
  /** Bytes that belong to no sound record. */
  readonly skipped: number;
  /** The highest number that a sound header names, also of a record whose payload is damaged; 0 without any. */
  readonly highest: number;
  /** The record at `next` needs the buffer to be this long; null when it is not cut off. */
  readonly needs: number | null;
}

/** Reads the sound records of a buffer, and passes over what is damaged. Never throws. */
export function scanRecords(
  bytes: Buffer,
  from: number,
  { isEnd, maxRecords = Infinity }: ScanLimits,
): Scanned {
  const records: SpoolRecord[] = [];
  let skipped = 0;
  let highest = 0;
  let at = from;
  while (at < bytes.length && records.length < maxRecords) {
    const found = recordAt(bytes, at);
    if (typeof found === 'number' && !isEnd) {
      return { records, next: at, skipped, highest, needs: found };
    }
    if (found === null || typeof found === 'number' || found.record === null) {
      // A payload has no marker in it, so what is cut off costs nothing that comes after it.
      const next = nextMarker(bytes, at + 1);
      skipped += next - at;
      at = next;
    } else {
      records.push(found.record);
      at += recordHeaderBytes + found.length;
    }
    if (found !== null && typeof found !== 'number') {
      highest = Math.max(highest, found.number);
    }
  }
  return { records, next: at, skipped, highest, needs: null };
}

interface Found {
  /** Bytes of the payload. */
  readonly length: number;
  readonly number: number;
  /** Null when the payload is damaged. */
  readonly record: SpoolRecord | null;
}

/** The record at a place, null when there is none, or how long the buffer must be to tell. */
function recordAt(bytes: Buffer, at: number): Found | number | null {
  const start = bytes.subarray(at, at + marker.length);
  if (marker.compare(start, 0, start.length, 0, start.length) !== 0) {
    return null;
  }
  const headerEnd = at + recordHeaderBytes;
  if (headerEnd > bytes.length) {
    return headerEnd;
  }
  const length = bytes.readUInt32LE(at + 12);
  if (crc32(bytes.subarray(at + 8, headerEnd)) !== bytes.readUInt32LE(at + 4) || length > maxPayloadBytes) {
    return null;
  }
  if (headerEnd + length > bytes.length) {
    return headerEnd + length;
  }
  const payload = bytes.subarray(headerEnd, headerEnd + length);
  const number = bytes.readDoubleLE(at + 20);
  const kind = recordKinds[bytes.readUInt32LE(at + 16)];
  if (crc32(payload) !== bytes.readUInt32LE(at + 8) || kind === undefined) {
    return { length, number, record: null };
  }
  return {
    length,
    number,
    record: { kind, payload: payload.toString(), number, atMs: bytes.readDoubleLE(at + 28) },
  };
}

/** The next place at which a record may begin; the end of the buffer when there is none. */
function nextMarker(bytes: Buffer, from: number): number {
  const found = bytes.indexOf(marker, from);
  if (found >= 0) {
    return found;
  }
  // The beginning of a marker may be all that the buffer has of it.
  for (let at = Math.max(from, bytes.length - marker.length + 1); at < bytes.length; at++) {
    if (marker.subarray(0, bytes.length - at).equals(bytes.subarray(at))) {
      return at;
    }
  }
  return bytes.length;
}
