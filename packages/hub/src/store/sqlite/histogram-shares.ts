import type { AlertColumns } from './columns.ts';

export interface Buckets {
  readonly fromUs: number;
  readonly widthUs: number;
  readonly buckets: number;
}

/** The rows of each bucket that has some; they lie one after another in one column. */
export function* sharesOf(
  { times, baseUs }: AlertColumns,
  rows: Uint32Array,
  { fromUs, widthUs, buckets }: Buckets,
): Generator<readonly [bucket: number, rows: Uint32Array]> {
  const places = new Uint16Array(rows.length);
  const ends = new Uint32Array(buckets + 1);
  for (let at = 0; at < rows.length; at++) {
    const timeUs = (times[rows[at] as number] as number) + baseUs;
    const bucket = Math.min(buckets - 1, Math.floor((timeUs - fromUs) / widthUs));
    places[at] = bucket;
    ends[bucket + 1] = (ends[bucket + 1] as number) + 1;
  }
  for (let bucket = 0; bucket < buckets; bucket++) {
    ends[bucket + 1] = (ends[bucket + 1] as number) + (ends[bucket] as number);
  }
  const sorted = new Uint32Array(rows.length);
  const next = ends.slice(0, buckets);
  for (let at = 0; at < rows.length; at++) {
    const bucket = places[at] as number;
    const place = next[bucket] as number;
    sorted[place] = rows[at] as number;
    next[bucket] = place + 1;
  }
  for (let bucket = 0; bucket < buckets; bucket++) {
    const [start = 0, end = 0] = [ends[bucket], ends[bucket + 1]];
    if (end > start) {
      yield [bucket, sorted.subarray(start, end)];
    }
  }
}
