import { open } from 'node:fs/promises';
import { recordHeaderBytes, scanRecords, type SpoolRecord } from './record.ts';
import { readBytes, type Segment, segmentHeaderBytes } from './segment.ts';

export interface ReadLimits {
  readonly records: number;
  /** Bytes of records, about: one record is given in any case. */
  readonly bytes: number;
}

interface Place {
  readonly path: string;
  readonly offset: number;
  /** The record before it. */
  readonly number: number;
}

/** Reads what is on disk in order, and remembers where it was. */
export class SpoolCursor {
  #place: Place | null = null;

  /** Records after a number; empty when there are none. */
  async read(segments: readonly Segment[], after: number, limits: ReadLimits): Promise<SpoolRecord[]> {
    for (const segment of segments) {
      if (segment.last > after) {
        const records = await this.#readFrom(segment, after, limits);
        if (records.length > 0) {
          return records;
        }
      }
    }
    return [];
  }

  async #readFrom({ path, bytes: end }: Segment, after: number, limits: ReadLimits): Promise<SpoolRecord[]> {
    const known = this.#place?.path === path && this.#place.number === after ? this.#place.offset : null;
    let offset = known ?? segmentHeaderBytes;
    let length = Math.max(limits.bytes, recordHeaderBytes);
    const handle = await open(path, 'r').catch((error: unknown) => {
      // The limits of the spool have taken it meanwhile.
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
        return null;
      }
      throw error;
    });
    if (handle === null) {
      return [];
    }
    try {
      while (offset < end) {
        const bytes = await readBytes(handle, offset, Math.min(length, end - offset));
        const isEnd = bytes.length < length || offset + bytes.length >= end;
        const { records, next, needs } = scanRecords(bytes, 0, { isEnd, maxRecords: limits.records });
        const wanted = records.filter(({ number }) => number > after);
        offset += next;
        const last = wanted.at(-1);
        if (last !== undefined) {
          this.#place = { path, offset, number: last.number };
          return wanted;
        }
        // A record that is longer than what was read.
        length = Math.max(limits.bytes, recordHeaderBytes, needs === null ? 0 : needs - next);
        if (next === 0 && needs === null) {
          break;
        }
      }
      return [];
    } finally {
      await handle.close();
    }
  }
}
