import { zstdCompressSync } from 'node:zlib';
import type { FixedFacet } from '../alert-values.ts';
import { zstdOptions } from './block.ts';
import { inflate } from './inflate.ts';

/**
 * Facets that are columns of numbers of a dictionary; their index is the kind in the dictionary. Stores have them in this
 * order: others may only come behind.
 */
export const columnFacets = [
  'rule',
  'source',
  'hostname',
  'tags',
  'namespace',
  'pod',
  'container',
  'image',
  'fingerprint',
] as const satisfies readonly FixedFacet[];

export type NumberColumn = Uint8Array | Uint16Array | Uint32Array;

/** What is counted and filtered by, a number for each alert and facet. */
export interface AlertColumns {
  readonly rows: number;
  /** Microseconds since the epoch: `baseUs` and what is added to it. */
  readonly baseUs: number;
  readonly times: Uint32Array | Float64Array;
  readonly priorities: Uint8Array;
  /** In the order of `columnFacets`. */
  readonly ids: readonly NumberColumn[];
}

/** Columns as bytes: for each its width and its numbers, little endian as on every platform that Node runs on. */
export function encodeColumns(
  timesUs: readonly number[],
  priorities: readonly number[],
  ids: readonly (readonly number[])[],
): Uint8Array {
  const baseUs = Math.min(...timesUs);
  const head = Float64Array.of(timesUs.length, baseUs);
  const offsets = timesUs.map((time) => time - baseUs);
  const times = Math.max(...offsets) < 2 ** 32 ? Uint32Array.from(offsets) : Float64Array.from(offsets);
  const parts: Uint8Array[] = [bytesOf(head), ...column(times), ...column(Uint8Array.from(priorities))];
  for (const numbers of ids) {
    parts.push(...column(narrowest(numbers)));
  }
  return zstdCompressSync(Buffer.concat(parts), zstdOptions);
}

/** The inverse. Throws when the bytes are damaged. */
export function decodeColumns(packed: Uint8Array): AlertColumns {
  const bytes = inflate(packed);
  const [rows = 0, baseUs = 0] = new Float64Array(bytes.buffer, bytes.byteOffset, 2);
  let at = 16;
  const next = (): NumberColumn | Float64Array => {
    const width = bytes[at] as 1 | 2 | 4 | 8;
    const start = at + 8;
    at = start + Math.ceil((rows * width) / 8) * 8;
    return new arrays[width](bytes.buffer, bytes.byteOffset + start, rows);
  };
  const times = next() as Uint32Array | Float64Array;
  const priorities = next() as Uint8Array;
  const ids = columnFacets.map(() => next() as NumberColumn);
  return { rows, baseUs, times, priorities, ids };
}

const arrays = { 1: Uint8Array, 2: Uint16Array, 4: Uint32Array, 8: Float64Array } as const;

function narrowest(numbers: readonly number[]): NumberColumn {
  const most = Math.max(...numbers);
  if (most < 256) {
    return Uint8Array.from(numbers);
  }
  return most < 65_536 ? Uint16Array.from(numbers) : Uint32Array.from(numbers);
}

/** Width in eight bytes, then the numbers, filled up to eight bytes. */
function column(numbers: NumberColumn | Float64Array): Uint8Array[] {
  const bytes = bytesOf(numbers);
  const head = new Uint8Array(8);
  head[0] = numbers.BYTES_PER_ELEMENT;
  return [head, bytes, new Uint8Array((8 - (bytes.length % 8)) % 8)];
}

function bytesOf(numbers: NumberColumn | Float64Array): Uint8Array {
  return new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
}
