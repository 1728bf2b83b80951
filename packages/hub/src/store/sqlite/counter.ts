import { type AlertFacet, priorityNames } from '@lanner/api';
import type { DatabaseSync } from 'node:sqlite';
import type { FacetCount } from '../alert-store.ts';
import { frequentFirst } from '../check-query.ts';
import { fingerprintKind, unpackWord } from './words.ts';
import { type AlertColumns, columnFacets } from './columns.ts';
import { tagsKind } from './filter.ts';
import type { AlertRun } from './segments.ts';

/** Rows of a run that match. */
export interface Matches {
  readonly run: AlertRun;
  readonly columns: AlertColumns;
  readonly rows: Uint32Array;
}

/** Counts the values of a facet by their numbers. */
export class Counter {
  readonly facet: AlertFacet;
  readonly #upTo: ReadonlyMap<number, number>;
  #counts = new Uint32Array(64);

  constructor(facet: AlertFacet, upTo: ReadonlyMap<number, number>) {
    this.facet = facet;
    this.#upTo = upTo;
  }

  add({ run, columns, rows }: Matches): void {
    if (this.facet === 'status') {
      this.#addStatus(run, columns, rows);
      return;
    }
    const column =
      this.facet === 'priority'
        ? columns.priorities
        : (columns.ids[columnFacets.indexOf(this.facet)] as Uint32Array);
    let counts = this.#counts;
    for (const row of rows) {
      const id = column[row] as number;
      if (id >= counts.length) {
        counts = this.#grow(id);
      }
      counts[id] = (counts[id] as number) + 1;
    }
  }

  #addStatus(run: AlertRun, { ids }: AlertColumns, rows: Uint32Array): void {
    const fingerprints = ids[fingerprintKind] as Uint32Array;
    let acknowledged = 0;
    if (this.#upTo.size > 0) {
      for (const row of rows) {
        acknowledged += run.positionOf(row) <= (this.#upTo.get(fingerprints[row] as number) ?? 0) ? 1 : 0;
      }
    }
    this.#counts[0] = (this.#counts[0] as number) + rows.length - acknowledged;
    this.#counts[1] = (this.#counts[1] as number) + acknowledged;
  }

  #grow(id: number): Uint32Array<ArrayBuffer> {
    const larger = new Uint32Array(Math.max(2 * this.#counts.length, id + 1));
    larger.set(this.#counts);
    this.#counts = larger;
    return larger;
  }

  /** The most frequent first, at most `limit`. Empty values are left out unless they are asked for. */
  list(database: DatabaseSync, limit: number, withEmpty = false): FacetCount[] {
    const find = database.prepare('SELECT value FROM word WHERE kind = ? AND id = ?');
    const totals = new Map<string, number>();
    const least = this.#leastOf(limit);
    this.#counts.forEach((count, id) => {
      if (count >= least) {
        for (const value of this.#valuesOf(id, find)) {
          totals.set(value, (totals.get(value) ?? 0) + count);
        }
      }
    });
    if (!withEmpty) {
      totals.delete('');
    }
    return Array.from(totals, ([value, count]) => ({ value, count }))
      .sort(frequentFirst)
      .slice(0, limit);
  }

  /** Values with lower counts are not among the most frequent: they need not be read. Sets of tags add up to more. */
  #leastOf(limit: number): number {
    if (this.facet === 'tags') {
      return 1;
    }
    const counts = this.#counts.filter((count) => count > 0).sort();
    // One more than asked for, as the empty value may be left out.
    return counts[counts.length - limit - 1] ?? 1;
  }

  #valuesOf(id: number, find: { get: (kind: number, id: number) => unknown }): readonly string[] {
    if (this.facet === 'status') {
      return [id === 0 ? 'open' : 'acknowledged'];
    }
    if (this.facet === 'priority') {
      return [priorityNames[id] ?? ''];
    }
    const kind = columnFacets.indexOf(this.facet);
    const row = find.get(kind, id) as { value: string | Uint8Array } | undefined;
    const value = row === undefined ? null : unpackWord(row.value);
    return kind === tagsKind ? (JSON.parse(value ?? '[]') as string[]) : [value ?? ''];
  }
}
