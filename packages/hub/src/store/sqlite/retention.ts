import type { DatabaseSync } from 'node:sqlite';
import { AppError } from '@lanner/core';
import { packId } from './alert-table.ts';
import { fingerprintKind, unpackWord } from './words.ts';
import { decodeBlock, decodeRecord, type TextRecord } from './block.ts';
import { columnFacets, decodeColumns } from './columns.ts';
import { inflate } from './inflate.ts';
import { idOfRest } from './record.ts';
import { addTo, blockRows, blocksPerSegment, pagesPerSegment } from './sealer.ts';
import { inTransaction } from './transaction.ts';

interface SegmentRow {
  readonly id: number;
  readonly first: number;
  readonly rows: number;
  readonly skip: number;
  readonly received: Uint8Array;
}

/** Alerts of the tail that go in one step. */
const tailStep = 2048;

export type RemovalReason = 'removed_by_age' | 'removed_by_size';

/** Takes the oldest alerts away, a part at a time; each part is one transaction. */
export class Remover {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /** Removes alerts that were received before a moment: a step's worth of them. Gives how many went. */
  byAge(horizonMs: number): number {
    const segment = this.#oldest();
    if (segment !== null) {
      const received = receivedOf(segment.received);
      const kept = received.findIndex((ms, row) => row >= segment.skip && ms >= horizonMs);
      const end = kept === -1 ? segment.rows : kept;
      return end > segment.skip ? this.#cut(segment, end, 'removed_by_age') : 0;
    }
    const row = this.#database
      .prepare('SELECT min(position) AS kept FROM tail WHERE received_ms >= ?')
      .get(horizonMs) as { kept: number | null };
    return this.#cutTail(row.kept ?? Infinity, 'removed_by_age');
  }

  /** Removes the oldest: a segment, or some of the tail. Gives how many went. */
  oldest(): number {
    const segment = this.#oldest();
    return segment === null
      ? this.#cutTail(Infinity, 'removed_by_size')
      : this.#cut(segment, segment.rows, 'removed_by_size');
  }

  #oldest(): SegmentRow | null {
    const row = this.#database
      .prepare('SELECT id, first, rows, skip, received FROM segment ORDER BY id LIMIT 1')
      .get() as SegmentRow | undefined;
    return row ?? null;
  }

  /** Removes rows of a segment up to one (exclusive), and the segment when none is left. */
  #cut(segment: SegmentRow, end: number, reason: RemovalReason): number {
    const { id, first, rows, skip } = segment;
    return inTransaction(this.#database, () => {
      const database = this.#database;
      const fromBlock = Math.floor(skip / blockRows);
      const toBlock = Math.floor((end - 1) / blockRows);
      const deleteBlock = database.prepare('DELETE FROM block WHERE id = ?');
      for (let number = fromBlock; number <= toBlock; number++) {
        const start = number * blockRows;
        this.#forgetIds(
          id * blocksPerSegment + number,
          Math.max(0, skip - start),
          end - start,
          first + start,
        );
        if (end >= Math.min(rows, start + blockRows)) {
          deleteBlock.run(id * blocksPerSegment + number);
        }
      }
      this.#uncount(id, skip, end);
      if (end >= rows) {
        database
          .prepare('DELETE FROM word_page WHERE id >= ? AND id < ?')
          .run(id * pagesPerSegment, (id + 1) * pagesPerSegment);
        database.prepare('DELETE FROM segment WHERE id = ?').run(id);
      } else {
        database.prepare('UPDATE segment SET skip = ? WHERE id = ?').run(end, id);
      }
      this.#overtake(first + skip, first + end, (position) =>
        Math.max(0, first + end - Math.max(first + skip, position + 1)),
      );
      addTo(database, reason, end - skip);
      return end - skip;
    });
  }

  #forgetIds(block: number, from: number, to: number, first: number): void {
    const row = this.#database.prepare('SELECT records FROM block WHERE id = ?').get(block) as
      { records: Uint8Array } | undefined;
    const remove = this.#database.prepare('DELETE FROM alert_id WHERE id = ?');
    try {
      const records = decodeBlock(row?.records ?? new Uint8Array());
      for (let index = from; index < Math.min(to, records.rows); index++) {
        remove.run(packId(idOfRest(records.record(index).rest)));
      }
    } catch (error) {
      if (!(error instanceof AppError || error instanceof SyntaxError)) {
        throw error;
      }
      // The ids of a damaged block are found the long way.
      this.#database
        .prepare('DELETE FROM alert_id WHERE position >= ? AND position < ?')
        .run(first + from, first + to);
    }
  }

  /** Groups of which nothing is left are forgotten, with what people made of them. */
  #uncount(segment: number, from: number, to: number): void {
    const { columns } = this.#database.prepare('SELECT columns FROM segment WHERE id = ?').get(segment) as {
      columns: Uint8Array;
    };
    const fingerprints = decodeColumns(columns).ids[fingerprintKind]?.subarray(from, to) ?? [];
    const counts = new Map<number, number>();
    for (const fingerprint of fingerprints) {
      counts.set(fingerprint, (counts.get(fingerprint) ?? 0) + 1);
    }
    const lower = this.#database.prepare(
      'UPDATE alert_group SET kept = kept - ? WHERE fingerprint = ? RETURNING kept',
    );
    for (const [fingerprint, count] of counts) {
      const row = lower.get(count, fingerprint) as { kept: number } | undefined;
      if ((row?.kept ?? 0) <= 0) {
        this.#forgetGroup(fingerprint);
      }
    }
  }

  #forgetGroup(fingerprint: number): void {
    const database = this.#database;
    const inTail = database.prepare('SELECT 1 FROM tail WHERE fingerprint = ? LIMIT 1').get(fingerprint);
    if (inTail === undefined) {
      database.prepare('DELETE FROM alert_group WHERE fingerprint = ?').run(fingerprint);
      const row = database
        .prepare('SELECT value FROM word WHERE kind = ? AND id = ?')
        .get(fingerprintKind, fingerprint) as { value: string | Uint8Array } | undefined;
      if (row !== undefined) {
        database.prepare('DELETE FROM triage WHERE fingerprint = ?').run(unpackWord(row.value));
      }
    }
  }

  #cutTail(end: number, reason: RemovalReason): number {
    return inTransaction(this.#database, () => {
      const database = this.#database;
      const rows = database
        .prepare(
          'SELECT position, fingerprint, record FROM tail WHERE position < ? ORDER BY position LIMIT ?',
        )
        .all(Math.min(end, Number.MAX_SAFE_INTEGER), tailStep) as {
        position: number;
        fingerprint: number;
        record: Uint8Array;
      }[];
      const [first, last] = [rows[0], rows.at(-1)];
      if (first === undefined || last === undefined) {
        return 0;
      }
      const remove = database.prepare('DELETE FROM alert_id WHERE id = ?');
      for (const { record, position } of rows) {
        const rest = restOf(record);
        if (rest === null || rest.rest === '') {
          database.prepare('DELETE FROM alert_id WHERE position = ?').run(position);
        } else {
          remove.run(packId(idOfRest(rest.rest)));
        }
      }
      database.prepare('DELETE FROM tail WHERE position <= ?').run(last.position);
      for (const fingerprint of new Set(rows.map((row) => row.fingerprint))) {
        const group = database.prepare('SELECT kept FROM alert_group WHERE fingerprint = ?').get(fingerprint);
        if (group === undefined) {
          this.#forgetGroup(fingerprint);
        }
      }
      this.#overtake(
        first.position,
        last.position + 1,
        (position) => rows.filter((row) => row.position > position).length,
      );
      database
        .prepare(
          "INSERT INTO counter (name, value) VALUES ('sealed_position', ?1) ON CONFLICT (name) DO UPDATE SET value = max(value, ?1)",
        )
        .run(last.position);
      addTo(database, reason, rows.length);
      return rows.length;
    });
  }

  /** Counts what destinations lose: alerts that they did not get to, and dead letters. */
  #overtake(from: number, to: number, beyond: (position: number) => number): void {
    const database = this.#database;
    const states = database.prepare('SELECT destination, position FROM delivery').all() as {
      destination: string;
      position: number;
    }[];
    const letters = database
      .prepare('DELETE FROM dead_letter WHERE position >= ? AND position < ? RETURNING destination')
      .all(from, to) as { destination: string }[];
    const lose = database.prepare('UPDATE delivery SET lost = lost + ? WHERE destination = ?');
    for (const { destination, position } of states) {
      const dead = letters.filter((letter) => letter.destination === destination).length;
      const lost = beyond(position) + dead;
      if (lost > 0) {
        lose.run(lost, destination);
      }
    }
  }
}

function receivedOf(packed: Uint8Array): Float64Array {
  return new Float64Array(Uint8Array.from(inflate(packed)).buffer);
}

function restOf(record: Uint8Array): TextRecord | null {
  try {
    return decodeRecord(record);
  } catch {
    // A damaged record: its id is not known.
    return null;
  }
}

/** Values that no alert has any more go. Gives how many. */
export function sweepDictionary(database: DatabaseSync): number {
  const used = columnFacets.map(() => new Set<number>());
  for (const { columns } of database.prepare('SELECT columns FROM segment').iterate() as Iterable<{
    columns: Uint8Array;
  }>) {
    for (const [kind, ids] of decodeColumns(columns).ids.entries()) {
      ids.forEach((id) => used[kind]?.add(id));
    }
  }
  for (const row of database.prepare(`SELECT ${columnFacets.join()} FROM tail`).iterate() as Iterable<
    Record<string, number>
  >) {
    for (const [kind, facet] of columnFacets.entries()) {
      used[kind]?.add(row[facet] as number);
    }
  }
  const remove = database.prepare('DELETE FROM word WHERE kind = ? AND id = ?');
  let removed = 0;
  for (const { kind, id } of database.prepare('SELECT kind, id FROM word').all() as {
    kind: number;
    id: number;
  }[]) {
    if (used[kind]?.has(id) !== true) {
      remove.run(kind, id);
      removed++;
    }
  }
  return removed;
}
