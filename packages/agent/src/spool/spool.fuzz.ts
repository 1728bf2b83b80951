import { type Random, randomNumbers } from '@lanner/core/testkit';
import { encodeRecord, recordHeaderBytes, recordKinds, scanRecords, type SpoolRecord } from './record.ts';
import { encodeSegmentHeader, segmentHeaderBytes } from './segment.ts';

export interface FuzzSpoolReport {
  readonly inputs: number;
  /** Records that were damaged, and those that were read all the same. */
  readonly lost: number;
  readonly read: number;
}

/**
 * Reads segments that were sound until some of their bytes were changed, cut off or put in between. Every record that was
 * not touched is read, none is read that was not written, and every byte is accounted for. Throws an Error with the input
 * in base64 otherwise.
 */
export function fuzzSpool(inputs: number, seed: number): FuzzSpoolReport {
  const random = randomNumbers(seed);
  let read = 0;
  let lost = 0;
  for (let i = 0; i < inputs; i++) {
    const { bytes, written, untouched } = damagedSegment(random);
    try {
      const found = scanAll(bytes, random);
      check(found, written, untouched);
      read += found.length;
      lost += written.size - found.length;
    } catch (error) {
      throw new Error(`a segment is not stood: ${bytes.toString('base64')}`, { cause: error });
    }
  }
  return { inputs, lost, read };
}

interface Damaged {
  readonly bytes: Buffer;
  readonly written: ReadonlyMap<number, string>;
  readonly untouched: ReadonlySet<number>;
}

function damagedSegment(random: Random): Damaged {
  const written = new Map<number, string>();
  const untouched = new Set<number>();
  const parts: Buffer[] = [encodeSegmentHeader(1, 0, 0)];
  const count = random(12);
  for (let number = 1; number <= count; number++) {
    const payload = 'payload '.repeat(random(40)).slice(random(3));
    const record: SpoolRecord = { number, payload, atMs: number, kind: recordKinds[random(4)] ?? 'alert' };
    const bytes = encodeRecord(record, Buffer.from(payload));
    written.set(number, payload);
    switch (random(10)) {
      case 0:
        parts.push(flipped(bytes, random));
        break;
      case 1:
        parts.push(bytes.subarray(0, random(bytes.length)));
        break;
      case 2:
        // Noise without the first byte of a marker, which may swallow what follows it only by chance of 2^-64.
        parts.push(Buffer.from(Array.from({ length: random(100) }, () => random(255))), bytes);
        untouched.add(number);
        break;
      default:
        parts.push(bytes);
        untouched.add(number);
    }
  }
  return { bytes: Buffer.concat(parts), written, untouched };
}

function flipped(bytes: Buffer, random: Random): Buffer {
  const copy = Buffer.from(bytes);
  for (let i = random(3); i >= 0; i--) {
    const at = random(random(2) === 0 ? recordHeaderBytes : copy.length);
    copy[at] = (copy[at] ?? 0) ^ (1 << random(8));
  }
  return copy;
}

/** In pieces of any length, as the cursor reads. */
function scanAll(bytes: Buffer, random: Random): SpoolRecord[] {
  const records: SpoolRecord[] = [];
  let at = segmentHeaderBytes;
  let skipped = 0;
  let used = 0;
  let length = 1 + random(600);
  while (at < bytes.length) {
    const isEnd = at + length >= bytes.length;
    const part = bytes.subarray(at, at + length);
    const scanned = scanRecords(part, 0, { isEnd, maxRecords: 1 + random(5) });
    records.push(...scanned.records);
    skipped += scanned.skipped;
    for (const { payload } of scanned.records) {
      used += recordHeaderBytes + Buffer.byteLength(payload);
    }
    if (scanned.next === 0 && scanned.needs === null) {
      throw new Error('no progress');
    }
    at += scanned.next;
    length = Math.max(1 + random(600), (scanned.needs ?? 0) - scanned.next);
  }
  if (segmentHeaderBytes + skipped + used !== Math.max(bytes.length, segmentHeaderBytes)) {
    throw new Error(`${bytes.length} bytes, but ${used} used and ${skipped} skipped`);
  }
  return records;
}

function check(
  found: readonly SpoolRecord[],
  written: ReadonlyMap<number, string>,
  untouched: ReadonlySet<number>,
): void {
  let before = 0;
  const numbers = new Set<number>();
  for (const { number, payload } of found) {
    if (number <= before || written.get(number) !== payload) {
      throw new Error(`record ${number} was not written like this, or not here`);
    }
    before = number;
    numbers.add(number);
  }
  const missing = [...untouched].find((number) => !numbers.has(number));
  if (missing !== undefined) {
    throw new Error(`record ${missing} was not read`);
  }
}
