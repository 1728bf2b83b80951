import { type AlertCursor, newerFirst } from '../check-query.ts';
import type { Matches } from './counter.ts';
import { Newest } from './newest.ts';
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
 * Finds the newest groups. There may be as many groups as there are alerts, so this keeps sixteen bytes of each, in columns
 * that serve one query after the other; what else is asked of the few that are shown is counted in a second pass.
 */
export class NewestGroups {
  #lasts = new Float64Array(1024);
  /** 0 for a group that there is not. */
  #positions = new Float64Array(1024);

  add({ run, columns, rows }: Matches): void {
    const fingerprints = columns.ids[fingerprintKind] as Uint32Array;
    const { times, baseUs } = columns;
    for (const row of rows) {
      const id = fingerprints[row] as number;
      if (id >= this.#positions.length) {
        this.#grow(id);
      }
      const timeUs = (times[row] as number) + baseUs;
      const position = run.positionOf(row);
      const before = this.#positions[id] as number;
      const last = this.#lasts[id] as number;
      if (before === 0 || timeUs > last || (timeUs === last && position > before)) {
        this.#lasts[id] = timeUs;
        this.#positions[id] = position;
      }
    }
  }

  /** The newest after a cursor, at most `limit`. */
  list(limit: number, after: AlertCursor | null): readonly NewestGroup[] {
    const newest = new Newest<NewestGroup>(limit);
    for (let id = 0; id < this.#positions.length; id++) {
      const group = { id, timeUs: this.#lasts[id] as number, position: this.#positions[id] as number };
      if (
        group.position > 0 &&
        group.timeUs >= newest.leastUs &&
        (after === null || newerFirst(after, group) < 0)
      ) {
        newest.add(group);
      }
    }
    return newest.list();
  }

  clear(): void {
    this.#positions.fill(0);
  }

  /** By steps of a quarter: doubling would take much more than is needed. */
  #grow(id: number): void {
    const size = Math.ceil(Math.max(1.25 * this.#positions.length, id + 1));
    const [lasts, positions] = [this.#lasts, this.#positions];
    this.#lasts = new Float64Array(size);
    this.#lasts.set(lasts);
    this.#positions = new Float64Array(size);
    this.#positions.set(positions);
  }
}

/** Counts what matches of some groups. */
export class GroupSizes {
  readonly #sizes: ReadonlyMap<number, GroupSize>;
  readonly #mask: Uint8Array;

  constructor(ids: readonly number[]) {
    this.#sizes = new Map(ids.map((id) => [id, { count: 0, firstUs: Infinity }]));
    this.#mask = new Uint8Array(Math.max(-1, ...ids) + 1);
    ids.forEach((id) => {
      this.#mask[id] = 1;
    });
  }

  add({ columns, rows }: Matches): void {
    const fingerprints = columns.ids[fingerprintKind] as Uint32Array;
    for (const row of rows) {
      const id = fingerprints[row] as number;
      const size = this.#mask[id] === 1 ? this.#sizes.get(id) : undefined;
      if (size !== undefined) {
        size.count++;
        size.firstUs = Math.min(size.firstUs, (columns.times[row] as number) + columns.baseUs);
      }
    }
  }

  of(id: number): GroupSize {
    return this.#sizes.get(id) ?? { count: 0, firstUs: 0 };
  }
}
