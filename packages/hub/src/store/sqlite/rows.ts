import { type AlertCursor, newerFirst } from '../check-query.ts';
import type { AlertColumns } from './columns.ts';
import type { AlertRun } from './segments.ts';
import { fingerprintKind } from './words.ts';

/** Runs with the newest alerts first. */
export function runsByNewest(runs: readonly AlertRun[]): readonly AlertRun[] {
  return [...runs].sort((a, b) => b.maxUs - a.maxUs);
}

export function placeOf(run: AlertRun, { times, baseUs }: AlertColumns, row: number): AlertCursor {
  return { timeUs: (times[row] as number) + baseUs, position: run.positionOf(row) };
}

/** Rows after a cursor that are new enough, newest first. */
export function newestRows(
  run: AlertRun,
  columns: AlertColumns,
  rows: Uint32Array,
  after: AlertCursor | null,
  leastUs: number,
): Uint32Array {
  const { times, baseUs } = columns;
  return rows
    .filter((row) => {
      const timeUs = (times[row] as number) + baseUs;
      return (
        timeUs >= leastUs &&
        (after === null || newerFirst(after, { timeUs, position: run.positionOf(row) }) < 0)
      );
    })
    .sort((a, b) => (times[b] as number) - (times[a] as number) || b - a);
}

/** The first row whose position is beyond another; as many as there are rows for none. */
export function firstRowAfter(run: AlertRun, position: number): number {
  let low = run.skip;
  let high = run.rows;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (run.positionOf(middle) <= position) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

/** Of fingerprints, by their numbers and each with a position, those that have an alert beyond it. */
export function idsBeyond(runs: readonly AlertRun[], upTo: ReadonlyMap<number, number>): ReadonlySet<number> {
  const found = new Set<number>();
  const least = Math.min(...upTo.values());
  for (const run of [...runs].reverse()) {
    const first = firstRowAfter(run, least);
    const columns = first < run.rows && found.size < upTo.size ? run.columns() : null;
    const fingerprints = columns?.ids[fingerprintKind] ?? [];
    for (let row = first; row < fingerprints.length; row++) {
      const position = upTo.get(fingerprints[row] as number);
      if (position !== undefined && run.positionOf(row) > position) {
        found.add(fingerprints[row] as number);
      }
    }
  }
  return found;
}
