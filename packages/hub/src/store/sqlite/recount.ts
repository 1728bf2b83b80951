import type { DatabaseSync } from 'node:sqlite';
import { packId } from './alert-table.ts';
import { decodeBlock, decodeRecord, type TextRecord } from './block.ts';
import { decodeColumns } from './columns.ts';
import { idOfRest } from './record.ts';
import { blockRows, blocksPerSegment } from './sealer.ts';
import { fingerprintKind } from './words.ts';

interface Segment {
  readonly id: number;
  readonly first: number;
  readonly rows: number;
  readonly skip: number;
}

/** Counts the packed alerts of each group anew. Within a transaction of the caller. */
export function recountGroups(database: DatabaseSync): void {
  const groups = new Map<number, { kept: number; lastUs: number }>();
  const columnsOf = database.prepare('SELECT columns FROM segment WHERE id = ?');
  for (const { id, rows, skip } of segmentsOf(database)) {
    const { columns } = columnsOf.get(id) as { columns: Uint8Array };
    const { ids, times, baseUs } = decodeColumns(columns);
    for (let row = skip; row < rows; row++) {
      const fingerprint = ids[fingerprintKind]?.[row] as number;
      const timeUs = (times[row] as number) + baseUs;
      const group = groups.get(fingerprint);
      groups.set(fingerprint, {
        kept: (group?.kept ?? 0) + 1,
        lastUs: Math.max(group?.lastUs ?? timeUs, timeUs),
      });
    }
  }
  database.exec('DELETE FROM alert_group');
  const insert = database.prepare('INSERT INTO alert_group (fingerprint, kept, last_us) VALUES (?, ?, ?)');
  for (const [fingerprint, { kept, lastUs }] of [...groups].sort(([a], [b]) => a - b)) {
    insert.run(fingerprint, kept, lastUs);
  }
}

/** Notes the ids of alerts that lack theirs: without, they would be stored a second time. Everything must be readable. */
export function noteIds(database: DatabaseSync): void {
  const note = database.prepare('INSERT OR REPLACE INTO alert_id (id, position) VALUES (?, ?)');
  const add = ({ rest }: TextRecord, position: number): void => {
    if (rest !== '') {
      note.run(packId(idOfRest(rest)), position);
    }
  };
  const blockOf = database.prepare('SELECT records FROM block WHERE id = ?');
  for (const { id, first, rows, skip } of segmentsOf(database)) {
    for (let number = Math.floor(skip / blockRows); number * blockRows < rows; number++) {
      const { records } = blockOf.get(id * blocksPerSegment + number) as { records: Uint8Array };
      const block = decodeBlock(records);
      const start = number * blockRows;
      for (let row = Math.max(skip, start); row < start + block.rows; row++) {
        add(block.record(row - start), first + row);
      }
    }
  }
  for (const { position, record } of database.prepare('SELECT position, record FROM tail').all() as {
    position: number;
    record: Uint8Array;
  }[]) {
    add(decodeRecord(record), position);
  }
}

function segmentsOf(database: DatabaseSync): Segment[] {
  return database
    .prepare('SELECT id, first, rows, skip FROM segment ORDER BY id')
    .all() as unknown as Segment[];
}
