import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { zstdCompressSync } from 'node:zlib';
import { foldText } from '../text-query.ts';
import { decodeRecord, encodeBlock, type TextRecord, zstdOptions } from './block.ts';
import { columnFacets, encodeColumns } from './columns.ts';
import { fingerprintKind } from './words.ts';
import { inTransaction } from './transaction.ts';
import { WordIndexBuilder } from './word-index.ts';

/** Alerts of a segment. */
export const segmentRows = 8192;
/** Alerts that are packed together. */
export const blockRows = 256;
/** Ids of blocks and pages leave room for so many in a segment. */
export const blocksPerSegment = 64;
export const pagesPerSegment = 65_536;

interface TailRow {
  readonly position: number;
  readonly time_us: number;
  readonly received_ms: number;
  readonly priority: number;
  readonly record: Uint8Array;
  readonly ids: readonly number[];
}

/** Packs the oldest alerts of the tail into a segment, a block at a time, so that nobody waits long. */
export class Sealer {
  readonly #database: DatabaseSync;
  readonly #read: StatementSync;
  readonly #rowsOfSegment: number;
  #rows: Omit<TailRow, 'record'>[] = [];
  #blocks: Uint8Array[] = [];
  readonly #words = new WordIndexBuilder();
  #damaged = 0;

  constructor(database: DatabaseSync, rowsOfSegment: number) {
    this.#database = database;
    this.#rowsOfSegment = rowsOfSegment;
    this.#read = database.prepare(
      `SELECT position, time_us, received_ms, priority, ${columnFacets.join()}, record FROM tail WHERE position > ? ORDER BY position LIMIT ?`,
    );
  }

  /** Does one step; true when a segment was written. Not within a transaction. */
  step(): boolean {
    const after = this.#rows.at(-1)?.position ?? 0;
    const limit = Math.min(blockRows, this.#rowsOfSegment - this.#rows.length);
    const rows = this.#consecutive(after, limit);
    if (rows.length > 0) {
      this.#add(rows);
    }
    if (rows.length < limit || this.#rows.length >= this.#rowsOfSegment) {
      this.#write();
      return true;
    }
    return false;
  }

  /** Begins anew, after the tail was changed by somebody else. */
  reset(): void {
    this.#rows = [];
    this.#blocks = [];
    this.#words.clear();
    this.#damaged = 0;
  }

  /** The next rows; a segment ends where positions have a gap. */
  #consecutive(after: number, limit: number): TailRow[] {
    const rows: TailRow[] = [];
    for (const row of this.#read.all(after, limit) as Record<string, number | Uint8Array>[]) {
      const position = row['position'] as number;
      const before = rows.at(-1)?.position ?? (this.#rows.length > 0 ? after : position - 1);
      if (position !== before + 1) {
        break;
      }
      const { time_us, received_ms, priority, record } = row as unknown as TailRow;
      const ids = columnFacets.map((facet) => row[facet] as number);
      rows.push({ position, time_us, received_ms, priority, record, ids });
    }
    return rows;
  }

  #add(rows: readonly TailRow[]): void {
    const records: TextRecord[] = [];
    for (const { record: packed, ...row } of rows) {
      const record = this.#decode(packed);
      this.#words.add(this.#rows.length, foldText(record.texts));
      records.push(record);
      this.#rows.push(row);
    }
    this.#blocks.push(encodeBlock(records));
  }

  /** A damaged record keeps its place, so that positions stay what they are. */
  #decode(packed: Uint8Array): TextRecord {
    try {
      return decodeRecord(packed);
    } catch {
      this.#damaged++;
      return { texts: '', rest: '' };
    }
  }

  #write(): void {
    const rows = this.#rows;
    const [first, last] = [rows[0], rows.at(-1)];
    if (first === undefined || last === undefined) {
      return;
    }
    try {
      inTransaction(this.#database, () => {
        this.#insert(rows, first.position, last.position);
      });
    } finally {
      this.reset();
    }
  }

  #insert(rows: readonly Omit<TailRow, 'record'>[], first: number, last: number): void {
    const database = this.#database;
    const { id } = database.prepare('SELECT coalesce(max(id), 0) + 1 AS id FROM segment').get() as {
      id: number;
    };
    this.#writePages(id);
    const times = rows.map(({ time_us }) => time_us);
    const { firsts, pages } = this.#words.build(rows.length);
    insertWordPages(database, id, pages);
    database
      .prepare(
        'INSERT INTO segment (id, first, rows, min_us, max_us, firsts, received, columns) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
      )
      .run(
        id,
        first,
        rows.length,
        Math.min(...times),
        Math.max(...times),
        zstdCompressSync(Buffer.from(JSON.stringify(firsts)), zstdOptions),
        zstdCompressSync(
          new Uint8Array(Float64Array.from(rows, ({ received_ms }) => received_ms).buffer),
          zstdOptions,
        ),
        encodeColumns(
          times,
          rows.map(({ priority }) => priority),
          columnFacets.map((_, kind) => rows.map(({ ids }) => ids[kind] as number)),
        ),
      );
    this.#cutTail(first, last);
    this.#countGroups(rows);
    const counter = database.prepare(
      'INSERT INTO counter (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = max(value, excluded.value)',
    );
    counter.run('sealed_position', last);
    addTo(database, 'damaged', this.#damaged);
  }

  #writePages(segment: number): void {
    const insert = this.#database.prepare('INSERT INTO block (id, records) VALUES (?, ?)');
    for (const [index, block] of this.#blocks.entries()) {
      insert.run(segment * blocksPerSegment + index, block);
    }
  }

  /** A statement keeps all pages that it changes in memory until it ends: many small ones. */
  #cutTail(first: number, last: number): void {
    const remove = this.#database.prepare('DELETE FROM tail WHERE position BETWEEN ? AND ?');
    for (let position = first; position <= last; position += blockRows) {
      remove.run(position, Math.min(last, position + blockRows - 1));
    }
  }

  #countGroups(rows: readonly Omit<TailRow, 'record'>[]): void {
    const groups = new Map<number, { count: number; lastUs: number }>();
    for (const { ids, time_us } of rows) {
      const fingerprint = ids[fingerprintKind] as number;
      const group = groups.get(fingerprint) ?? { count: 0, lastUs: time_us };
      group.count++;
      group.lastUs = Math.max(group.lastUs, time_us);
      groups.set(fingerprint, group);
    }
    const upsert = this.#database.prepare(`
      INSERT INTO alert_group (fingerprint, kept, last_us) VALUES (?1, ?2, ?3)
      ON CONFLICT (fingerprint) DO UPDATE SET kept = kept + ?2, last_us = max(last_us, ?3)`);
    for (const [fingerprint, { count, lastUs }] of [...groups].sort(([a], [b]) => a - b)) {
      upsert.run(fingerprint, count, lastUs);
    }
  }
}

/** Adds to a number that the store keeps. */
export function addTo(database: DatabaseSync, name: string, value: number): void {
  if (value !== 0) {
    database
      .prepare(
        'INSERT INTO counter (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = value + ?2',
      )
      .run(name, value);
  }
}

/** Keeps the pages of words of a segment, in their order. */
export function insertWordPages(database: DatabaseSync, segment: number, pages: readonly Uint8Array[]): void {
  const insert = database.prepare('INSERT INTO word_page (id, words) VALUES (?, ?)');
  for (const [index, page] of pages.entries()) {
    insert.run(segment * pagesPerSegment + index, page);
  }
}
