import type { DatabaseSync } from 'node:sqlite';
import { zstdCompressSync } from 'node:zlib';
import { priorityNames } from '@lanner/api';
import { microseconds } from '../../intake/decode.ts';
import { fingerprintOf } from '../../intake/identity.ts';
import { foldText } from '../text-query.ts';
import {
  decodeBlock,
  decodeRecord,
  encodeBlock,
  encodeRecord,
  type TextRecord,
  zstdOptions,
} from './block.ts';
import { removeDamagedRows } from './check-tables.ts';
import { columnFacets, decodeColumns, encodeColumns } from './columns.ts';
import { isDamage } from './connection.ts';
import type { Dictionary } from './dictionary.ts';
import { inflate } from './inflate.ts';
import { knownWords } from './known-words.ts';
import { type PackedAlert, packAlert, unpackAlert } from './record.ts';
import type { RowSet } from './row-set.ts';
import { addTo, blockRows, blocksPerSegment, insertWordPages, pagesPerSegment } from './sealer.ts';
import { inTransaction } from './transaction.ts';
import { WordIndexBuilder } from './word-index.ts';
import { wordEntries } from './word-page.ts';

export interface Mended {
  /** Records that could not be read: alerts, findings, documents. */
  readonly lost: number;
  /** What was made anew or set aside, such as `words of segment 3`. */
  readonly parts: readonly string[];
}

interface SegmentRow {
  readonly id: number;
  readonly first: number;
  readonly rows: number;
  readonly skip: number;
  readonly firsts: Uint8Array;
  readonly received: Uint8Array;
  readonly columns: Uint8Array;
}

/** What a segment's alerts say, by row; null for those that are gone or cannot be read. */
interface Records {
  readonly rows: readonly (TextRecord | null)[];
  /** Numbers of blocks that cannot be read. */
  readonly damaged: readonly number[];
}

/** A record that was damaged keeps its place, so that positions stay what they are. */
const nothing: TextRecord = { texts: '', rest: '' };

/**
 * Finds what cannot be unpacked. What follows from the alerts themselves (columns, times, words) is made of them anew;
 * alerts and other records that are damaged are set aside and counted.
 */
export class Mender {
  readonly #database: DatabaseSync;
  readonly #dictionary: Dictionary;
  /** As of the beginning: what is added since is used by what was made anew. */
  #known: readonly RowSet[] | null = null;

  constructor(database: DatabaseSync, dictionary: Dictionary) {
    this.#database = database;
    this.#dictionary = dictionary;
  }

  segments(): number[] {
    return this.#database
      .prepare('SELECT id FROM segment ORDER BY id')
      .all()
      .map((row) => row['id'] as number);
  }

  /** Documents, findings, the audit log and the like. */
  mendTables(): Mended {
    return inTransaction(this.#database, () => {
      const parts = removeDamagedRows(this.#database);
      addTo(this.#database, 'damaged', parts.length);
      return { lost: parts.length, parts };
    });
  }

  /** Alerts that are not packed yet. */
  mendTail(): Mended {
    const damaged: number[] = [];
    for (const { position, record } of this.#database
      .prepare('SELECT position, record FROM tail')
      .iterate() as Iterable<{ position: number; record: Uint8Array }>) {
      if (attempt(() => decodeRecord(record)) === null) {
        damaged.push(position);
      }
    }
    if (damaged.length === 0) {
      return { lost: 0, parts: [] };
    }
    return inTransaction(this.#database, () => {
      const replace = this.#database.prepare('UPDATE tail SET record = ? WHERE position = ?');
      for (const position of damaged) {
        replace.run(encodeRecord(nothing.texts, nothing.rest), position);
        this.#forgetIds(position, position + 1);
      }
      addTo(this.#database, 'damaged', damaged.length);
      return { lost: damaged.length, parts: damaged.map((position) => `alert ${position}`) };
    });
  }

  /** Values of alerts that are not packed yet, where the dictionary lost theirs. */
  mendTailValues(): Mended {
    const known = (this.#known ??= knownWords(this.#database));
    const damaged: { position: number; record: Uint8Array }[] = [];
    for (const row of this.#database
      .prepare(`SELECT position, record, ${columnFacets.join()} FROM tail`)
      .iterate() as Iterable<Record<string, number> & { readonly record: Uint8Array }>) {
      if (columnFacets.some((facet, kind) => known[kind]?.has(row[facet] as number) !== true)) {
        damaged.push({ position: row['position'] as number, record: row.record });
      }
    }
    if (damaged.length === 0) {
      return { lost: 0, parts: [] };
    }
    return inTransaction(this.#database, () => {
      const update = this.#database.prepare(
        `UPDATE tail SET ${columnFacets.map((facet) => `${facet} = ?`).join()} WHERE position = ?`,
      );
      for (const { position, record } of damaged) {
        update.run(...this.#idsOf(alertOf(decodeRecord(record), position)), position);
      }
      return { lost: 0, parts: ['values of alerts that are not packed'] };
    });
  }

  /** Numbers of the values of an alert, in the order of `columnFacets`. */
  #idsOf(alert: PackedAlert | null): number[] {
    return columnFacets.map((facet, kind) =>
      this.#dictionary.idOf(kind, alert?.values[kind] ?? (facet === 'tags' ? '[]' : '')),
    );
  }

  /** One segment, in one transaction. */
  mend(id: number): Mended {
    const segment = this.#database
      .prepare('SELECT id, first, rows, skip, firsts, received, columns FROM segment WHERE id = ?')
      .get(id) as SegmentRow | undefined;
    if (segment === undefined) {
      return { lost: 0, parts: [] };
    }
    const records = this.#records(segment);
    const hasColumns = this.#hasColumns(segment);
    const hasTimes = attempt(() => inflate(segment.received))?.length === 8 * segment.rows;
    const hasWords = records.damaged.length === 0 && this.#hasWords(segment);
    if (hasColumns && hasTimes && hasWords) {
      return { lost: 0, parts: [] };
    }
    return inTransaction(this.#database, () => {
      const parts: string[] = [];
      let lost = 0;
      for (const number of records.damaged) {
        lost += this.#setBlockAside(segment, number);
        parts.push(`block ${number} of segment ${id}`);
      }
      if (!hasColumns || !hasTimes) {
        this.#writeColumns(segment, records, { columns: !hasColumns, times: !hasTimes });
        parts.push(`columns of segment ${id}`);
      }
      if (!hasWords) {
        this.#writeWords(segment, records);
        parts.push(`words of segment ${id}`);
      }
      addTo(this.#database, 'damaged', lost);
      return { lost, parts };
    });
  }

  /** They can be read, and the dictionary knows all their values. */
  #hasColumns({ columns, rows, skip }: SegmentRow): boolean {
    const decoded = attempt(() => decodeColumns(columns));
    this.#known ??= knownWords(this.#database);
    const known = this.#known;
    return (
      decoded?.rows === rows &&
      decoded.ids.every((ids, kind) => ids.subarray(skip).every((id) => known[kind]?.has(id) === true))
    );
  }

  #records({ id, rows, skip }: SegmentRow): Records {
    const find = this.#database.prepare('SELECT records FROM block WHERE id = ?');
    const all = Array<TextRecord | null>(rows).fill(null);
    const damaged: number[] = [];
    for (let number = Math.floor(skip / blockRows); number * blockRows < rows; number++) {
      const start = number * blockRows;
      const count = Math.min(blockRows, rows - start);
      const found = find.get(id * blocksPerSegment + number) as { records: Uint8Array } | undefined;
      const records = attempt(() => recordsOf(found?.records ?? new Uint8Array(), count));
      if (records === null) {
        damaged.push(number);
      }
      for (const [index, record] of records?.entries() ?? []) {
        all[start + index] = record;
      }
    }
    return { rows: all, damaged };
  }

  #hasWords({ id, firsts }: SegmentRow): boolean {
    const find = this.#database.prepare('SELECT words FROM word_page WHERE id = ?');
    const read = (): boolean => {
      const words = JSON.parse(inflate(firsts).toString()) as readonly string[];
      return words.every((first, index) => {
        const page = find.get(id * pagesPerSegment + index) as { words: Uint8Array } | undefined;
        const [entry] = page === undefined ? [] : [...wordEntries(inflate(page.words))];
        return entry?.word === first;
      });
    };
    return attempt(read) ?? false;
  }

  /** Gives the number of alerts that are lost. */
  #setBlockAside({ id, first, rows, skip }: SegmentRow, number: number): number {
    const start = number * blockRows;
    const end = Math.min(rows, start + blockRows);
    this.#database
      .prepare('INSERT OR REPLACE INTO block (id, records) VALUES (?, ?)')
      .run(id * blocksPerSegment + number, encodeBlock(Array<TextRecord>(end - start).fill(nothing)));
    const from = Math.max(skip, start);
    this.#forgetIds(first + from, first + end);
    return end - from;
  }

  /** Whoever still has such an alert may send it again. */
  #forgetIds(from: number, to: number): void {
    this.#database.prepare('DELETE FROM alert_id WHERE position >= ? AND position < ?').run(from, to);
  }

  #writeColumns(
    { id, first }: SegmentRow,
    { rows }: Records,
    { columns, times }: { readonly columns: boolean; readonly times: boolean },
  ): void {
    const alerts = rows.map((record, row) => alertOf(record, first + row));
    // What is not known is as that before it.
    let [lastUs, lastMs] = [0, 0];
    for (const known of alerts) {
      if (known !== null) {
        [lastUs, lastMs] = [known.timeUs, known.receivedMs];
        break;
      }
    }
    const timesUs = alerts.map((alert) => (lastUs = alert?.timeUs ?? lastUs));
    const receivedMs = alerts.map((alert) => (lastMs = alert?.receivedMs ?? lastMs));
    if (times) {
      this.#database
        .prepare('UPDATE segment SET received = ? WHERE id = ?')
        .run(zstdCompressSync(new Uint8Array(Float64Array.from(receivedMs).buffer), zstdOptions), id);
    }
    if (columns) {
      const rowsOfIds = alerts.map((alert) => this.#idsOf(alert));
      const ids = columnFacets.map((_, kind) => rowsOfIds.map((row) => row[kind] as number));
      const priorities = alerts.map((alert) => alert?.priority ?? priorityNames.length - 1);
      this.#database
        .prepare('UPDATE segment SET columns = ?, min_us = ?, max_us = ? WHERE id = ?')
        .run(encodeColumns(timesUs, priorities, ids), Math.min(...timesUs), Math.max(...timesUs), id);
    }
  }

  #writeWords({ id }: SegmentRow, { rows }: Records): void {
    const builder = new WordIndexBuilder();
    for (const [row, record] of rows.entries()) {
      builder.add(row, foldText(record?.texts ?? ''));
    }
    const { firsts, pages } = builder.build(rows.length);
    this.#database
      .prepare('DELETE FROM word_page WHERE id >= ? AND id < ?')
      .run(id * pagesPerSegment, (id + 1) * pagesPerSegment);
    insertWordPages(this.#database, id, pages);
    this.#database
      .prepare('UPDATE segment SET firsts = ? WHERE id = ?')
      .run(zstdCompressSync(Buffer.from(JSON.stringify(firsts)), zstdOptions), id);
  }
}

function recordsOf(packed: Uint8Array, count: number): TextRecord[] {
  const block = decodeBlock(packed);
  if (block.rows !== count) {
    throw new RangeError('it has another number of alerts');
  }
  return Array.from({ length: count }, (_, row) => block.record(row));
}

/** What an alert's record says of its columns; null for none. */
function alertOf(record: TextRecord | null, position: number): PackedAlert | null {
  if (record === null || record.rest === '') {
    return null;
  }
  return attempt(() => {
    const place = { position, timeUs: 0, fingerprint: '', status: 'open' } as const;
    const alert = unpackAlert(record.texts, record.rest, place);
    return packAlert(
      {
        ...alert,
        timeUs: microseconds(alert.event.time) ?? 1000 * alert.receivedMs,
        fingerprint: fingerprintOf(alert.event, alert.workload),
      },
      alert.held,
    );
  });
}

/** Null for what is damaged. */
function attempt<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (isDamage(error)) {
      // SQLite's own: the whole file is mended then.
      throw error;
    }
    return null;
  }
}
