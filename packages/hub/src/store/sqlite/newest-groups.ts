import { type AlertCursor, newerFirst } from '../check-query.ts';
import type { Matches } from './counter.ts';
import { IdTable } from './id-table.ts';
import { Newest } from './newest.ts';
import type { AlertRun } from './segments.ts';
import { fingerprintKind } from './words.ts';

/** A group by its newest alert. */
export interface NewestGroup extends AlertCursor {
  /** Number of its fingerprint. */
  readonly id: number;
}

export interface GroupSize {
  count: number;
  firstUs: number;
}

/**
 * Finds the newest groups after a cursor, at most `limit`: runs are added by their newest alert, until there is nothing in
 * those that are left. What else is asked of the few that are shown is counted in a second pass.
 */
export class NewestGroups {
  readonly #limit: number;
  readonly #after: AlertCursor | null;
  readonly #table = new IdTable();
  #leastUs: number | null = null;

  constructor(limit: number, after: AlertCursor | null) {
    this.#limit = limit;
    this.#after = after;
  }

  add({ run, columns, rows }: Matches): void {
    const fingerprints = columns.ids[fingerprintKind] as Uint32Array;
    const { times, baseUs } = columns;
    const table = this.#table;
    for (const row of rows) {
      const slot = table.slotOf(fingerprints[row] as number);
      const timeUs = (times[row] as number) + baseUs;
      const position = run.positionOf(row);
      const before = table.positions[slot] as number;
      const last = table.lasts[slot] as number;
      if (before === 0 || timeUs > last || (timeUs === last && position > before)) {
        table.lasts[slot] = timeUs;
        table.positions[slot] = position;
      }
    }
    this.#leastUs = null;
  }

  /** Nothing of a run, and of those with older alerts, is among them. */
  isEnd({ maxUs }: AlertRun): boolean {
    // What is older than the cursor is counted only when all that is newer was seen.
    if (this.#table.size < this.#limit || (this.#after !== null && maxUs >= this.#after.timeUs)) {
      return false;
    }
    this.#leastUs ??= this.#newest().leastUs;
    return maxUs < this.#leastUs;
  }

  list(): readonly NewestGroup[] {
    return this.#newest().list();
  }

  #newest(): Newest<NewestGroup> {
    const newest = new Newest<NewestGroup>(this.#limit);
    for (const slot of this.#table.slots()) {
      const group = {
        id: this.#table.idAt(slot),
        timeUs: this.#table.lasts[slot] as number,
        position: this.#table.positions[slot] as number,
      };
      if (this.#after === null || newerFirst(this.#after, group) < 0) {
        newest.add(group);
      }
    }
    newest.settle();
    return newest;
  }
}

/** Counts what matches of some groups. */
export class GroupSizes {
  readonly #sizes: ReadonlyMap<number, GroupSize>;
  readonly #mask: Uint8Array;

  constructor(ids: readonly number[]) {
    this.#sizes = new Map(ids.map((id) => [id, { count: 0, firstUs: Infinity }]));
    this.#mask = new Uint8Array(Math.max(-1, ...ids) + 1);
    for (const id of ids) {
      this.#mask[id] = 1;
    }
  }

  /** Of rows those of the groups. */
  of({ ids }: Matches['columns'], rows: Uint32Array): Uint32Array {
    const fingerprints = ids[fingerprintKind] as Uint32Array;
    const mask = this.#mask;
    return rows.filter((row) => mask[fingerprints[row] as number] === 1);
  }

  /** Rows of the groups that match. */
  add({ columns, rows }: Matches): void {
    const fingerprints = columns.ids[fingerprintKind] as Uint32Array;
    for (const row of rows) {
      const size = this.#sizes.get(fingerprints[row] as number);
      if (size !== undefined) {
        size.count++;
        size.firstUs = Math.min(size.firstUs, (columns.times[row] as number) + columns.baseUs);
      }
    }
  }

  sizeOf(id: number): GroupSize {
    return this.#sizes.get(id) ?? { count: 0, firstUs: 0 };
  }
}
