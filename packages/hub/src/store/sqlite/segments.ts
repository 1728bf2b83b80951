import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { type AlertColumns, columnFacets, decodeColumns } from './columns.ts';
import { Cache } from './cache.ts';
import { inflate } from './inflate.ts';
import { TailColumns } from './tail-columns.ts';

/** Consecutive alerts that are looked through together: a segment, or the tail. */
export interface AlertRun {
  /** 0 for the tail. When all segments were removed, ids begin anew. */
  readonly id: number;
  readonly rows: number;
  /** Rows before this one were removed. */
  readonly skip: number;
  readonly minUs: number;
  readonly maxUs: number;
  /** Null when it is gone meanwhile. */
  readonly columns: () => AlertColumns | null;
  readonly positionOf: (row: number) => number;
  /** First words of the pages of its words. */
  readonly firsts: () => readonly string[];
}

interface SegmentRow {
  readonly id: number;
  readonly first: number;
  readonly rows: number;
  readonly skip: number;
  readonly min_us: number;
  readonly max_us: number;
}

/** Bytes of unpacked columns that are kept. */
const columnBudget = 40 * 1024 * 1024;
/** Bytes of first words of pages, about. */
const firstsBudget = 8 * 1024 * 1024;

/** What there is to look through, as the reading thread knows it. */
export class Segments {
  readonly #database: DatabaseSync;
  readonly #columnsOf: StatementSync;
  readonly #firstsOf: StatementSync;
  readonly #tailRows: StatementSync;
  /** By the position of the first alert, which no other segment ever has. */
  readonly #columns: Cache<AlertColumns>;
  readonly #firsts: Cache<readonly string[]>;
  #runs: readonly AlertRun[] = [];
  #version = -1;
  readonly #tail = new TailColumns();

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#columnsOf = database.prepare('SELECT columns FROM segment WHERE id = ? AND first = ?');
    this.#firstsOf = database.prepare('SELECT firsts FROM segment WHERE id = ? AND first = ?');
    this.#tailRows = database.prepare(
      `SELECT position, time_us, priority, ${columnFacets.join()} FROM tail WHERE position > ? ORDER BY position`,
    );
    this.#tailRows.setReturnArrays(true);
    this.#columns = new Cache(columnBudget);
    this.#firsts = new Cache(firstsBudget);
  }

  /** Everything as of now, in order of arrival; the tail is last. */
  current(): readonly AlertRun[] {
    const { data_version: version } = this.#database.prepare('PRAGMA data_version').get() as {
      data_version: number;
    };
    if (version !== this.#version) {
      // One moment for segments and tail: an alert moves from one to the other.
      this.#database.exec('BEGIN');
      try {
        this.#reload();
      } finally {
        this.#database.exec('COMMIT');
      }
      this.#version = version;
    }
    return this.#runs;
  }

  #reload(): void {
    const rows = this.#database
      .prepare('SELECT id, first, rows, skip, min_us, max_us FROM segment ORDER BY id')
      .all() as unknown as SegmentRow[];
    const last = rows.at(-1);
    this.#tail.dropUpTo(last === undefined ? 0 : last.first + last.rows - 1);
    const oldest = this.#database.prepare('SELECT min(position) AS first FROM tail').get() as {
      first: number | null;
    };
    this.#tail.dropUpTo((oldest.first ?? Infinity) - 1);
    for (const row of this.#tailRows.iterate(this.#tail.last) as unknown as Iterable<readonly number[]>) {
      this.#tail.add(row);
    }
    this.#runs = [...rows.map((row) => this.#runOf(row)), ...(this.#tail.rows > 0 ? [this.#tail.run()] : [])];
  }

  #runOf({ id, first, rows, skip, min_us, max_us }: SegmentRow): AlertRun {
    return {
      id,
      rows,
      skip,
      minUs: min_us,
      maxUs: max_us,
      positionOf: (row) => first + row,
      columns: () =>
        this.#columns.get(first, () => {
          const found = this.#columnsOf.get(id, first) as { columns: Uint8Array } | undefined;
          const columns = found === undefined ? null : decodeColumns(found.columns);
          return columns === null ? null : { value: columns, bytes: bytesOf(columns) };
        }),
      firsts: () =>
        this.#firsts.get(first, () => {
          const found = this.#firstsOf.get(id, first) as { firsts: Uint8Array } | undefined;
          if (found === undefined) {
            return null;
          }
          const text = inflate(found.firsts).toString();
          return { value: JSON.parse(text) as string[], bytes: 4 * text.length };
        }) ?? [],
    };
  }
}

function bytesOf({ times, priorities, ids }: AlertColumns): number {
  let bytes = times.byteLength + priorities.byteLength;
  for (const column of ids) {
    bytes += column.byteLength;
  }
  return bytes;
}
