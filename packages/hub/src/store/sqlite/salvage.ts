import { existsSync, renameSync, rmSync } from 'node:fs';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { connect, isDamage } from './connection.ts';
import { Dictionary } from './dictionary.ts';
import { Mender } from './mender.ts';
import { noteIds, recountGroups } from './recount.ts';
import { migrate } from './schema.ts';
import { addTo } from './sealer.ts';
import { inTransaction } from './transaction.ts';

type Row = Record<string, SQLInputValue>;

/** Tables by the column that they are walked by. */
const tables: readonly (readonly [string, string])[] = [
  ['counter', 'name'],
  ['word', 'rowid'],
  ['segment', 'id'],
  ['block', 'id'],
  ['word_page', 'id'],
  ['tail', 'position'],
  ['alert_id', 'id'],
  ['alert_group', 'fingerprint'],
  ['triage', 'fingerprint'],
  ['batch', 'agent'],
  ['delivery', 'destination'],
  ['dead_letter', 'id'],
  ['document', 'rowid'],
  ['audit', 'id'],
  ['artifact', 'rowid'],
  ['finding', 'id'],
  ['inventory', 'rowid'],
  ['evidence', 'rowid'],
];

/** Names of the tables that are copied. */
export const salvagedTables: readonly string[] = tables.map(([table]) => table);

/** What became of a damaged database. */
export interface Salvaged {
  /** Where it is now. */
  readonly aside: string;
  /** Stretches or rows of tables that could not be read. */
  readonly lostRows: number;
  readonly lostAlerts: number;
}

const suffixes = ['', '-wal', '-shm'] as const;

/**
 * Makes a new database of what can still be read of a damaged one, then sets that aside (`.damaged-<time>`). What could
 * not be read is counted in `damaged`. When it fails, as on a full disk, everything is as before.
 */
export function salvage(path: string, nowMs: number): Salvaged {
  const fresh = `${path}.salvaged`;
  removeDatabase(fresh);
  let lost: { readonly rows: number; readonly alerts: number };
  try {
    lost = fill(path, fresh);
  } catch (error) {
    removeDatabase(fresh);
    throw error;
  }
  const aside = `${path}.damaged-${nowMs}`;
  for (const suffix of suffixes) {
    if (existsSync(path + suffix)) {
      renameSync(path + suffix, aside + suffix);
    }
  }
  renameSync(fresh, path);
  return { aside, lostRows: lost.rows, lostAlerts: lost.alerts };
}

/** Ends what a crash between the last two steps of `salvage` left. */
export function endSalvage(path: string): void {
  if (!existsSync(path) && existsSync(`${path}.salvaged`)) {
    renameSync(`${path}.salvaged`, path);
  }
}

function removeDatabase(path: string): void {
  for (const suffix of suffixes) {
    rmSync(path + suffix, { force: true });
  }
}

function fill(path: string, fresh: string): { rows: number; alerts: number } {
  const target = connect(fresh, 'write');
  try {
    migrate(target);
    const rows = copyAll(path, target);
    const alerts = mend(target);
    addTo(target, 'damaged', Math.max(rows, 1) + alerts);
    return { rows, alerts: alerts + mendContent(target) };
  } finally {
    // The last connection writes the log into the file.
    target.close();
  }
}

/** What is there and cannot be unpacked, or lacks a part; counts it, and gives the number of records that are lost. */
function mendContent(target: DatabaseSync): number {
  const mender = new Mender(target, new Dictionary(target));
  const found = [mender.mendTables(), mender.mendTail(), mender.mendTailValues()];
  found.push(...mender.segments().map((id) => mender.mend(id)));
  inTransaction(target, () => {
    recountGroups(target);
    noteIds(target);
  });
  let lost = 0;
  found.forEach((each) => (lost += each.lost));
  return lost;
}

/** Copies every table as far as it can be read; gives the number of stretches or rows that could not. */
function copyAll(from: string, target: DatabaseSync): number {
  let source: DatabaseSync | null = null;
  let lost = 0;
  try {
    source = new DatabaseSync(from, { readOnly: false });
    for (const [table, key] of tables) {
      target.exec('BEGIN');
      lost += copyTable(source, target, table, key === 'rowid' && table === 'word' ? 'kind, id' : key);
      target.exec('COMMIT');
    }
  } catch (error) {
    if (!isDamage(error)) {
      throw error;
    }
    if (target.isTransaction) {
      target.exec('COMMIT');
    }
    lost++;
  } finally {
    source?.close();
  }
  return lost;
}

/** From the beginning up to the damage, then from the end back to it. */
function copyTable(source: DatabaseSync, target: DatabaseSync, table: string, key: string): number {
  const copied = copyRows(source, target, table, `SELECT * FROM ${table} ORDER BY ${key}`);
  if (copied) {
    return 0;
  }
  const backwards = key
    .split(', ')
    .map((column) => `${column} DESC`)
    .join();
  copyRows(source, target, table, `SELECT * FROM ${table} ORDER BY ${backwards}`);
  return 1;
}

function copyRows(source: DatabaseSync, target: DatabaseSync, table: string, sql: string): boolean {
  try {
    let insert: ReturnType<DatabaseSync['prepare']> | null = null;
    for (const row of source.prepare(sql).iterate() as Iterable<Row>) {
      const values = Object.values(row);
      insert ??= target.prepare(
        `INSERT OR IGNORE INTO ${table} (${Object.keys(row).join()}) VALUES (${values.map(() => '?').join()})`,
      );
      insert.run(...values);
    }
    return true;
  } catch (error) {
    if (!isDamage(error)) {
      throw error;
    }
    return false;
  }
}

/** Makes what was read fit together; gives the number of alerts that are lost. */
function mend(target: DatabaseSync): number {
  const { lost } = target
    .prepare(
      `SELECT coalesce(sum(rows - skip), 0) AS lost FROM segment
      WHERE NOT EXISTS (SELECT 1 FROM block WHERE block.id >= segment.id * 64 AND block.id < (segment.id + 1) * 64)`,
    )
    .get() as { lost: number };
  target.exec(`
    DELETE FROM segment
      WHERE NOT EXISTS (SELECT 1 FROM block WHERE block.id >= segment.id * 64 AND block.id < (segment.id + 1) * 64);
    DELETE FROM block WHERE id / 64 NOT IN (SELECT id FROM segment);
    DELETE FROM word_page WHERE id / 65536 NOT IN (SELECT id FROM segment);
    DELETE FROM tail WHERE position <= (SELECT coalesce(max(first + rows - 1), 0) FROM segment);
    DELETE FROM dead_letter WHERE destination NOT IN (SELECT destination FROM delivery);
    DELETE FROM finding WHERE artifact NOT IN (SELECT key FROM artifact);
  `);
  keepPositions(target);
  return Math.max(lost, removeLostIds(target));
}

/** Positions that destinations have passed, or that alerts had, are not given to others. */
function keepPositions(target: DatabaseSync): void {
  const { last, sealed } = target
    .prepare(
      `SELECT
        max(
          (SELECT coalesce(max(first + rows - 1), 0) FROM segment), (SELECT coalesce(max(position), 0) FROM tail),
          (SELECT coalesce(max(position), 0) FROM alert_id), (SELECT coalesce(max(position), 0) FROM delivery),
          (SELECT coalesce(max(up_to), 0) FROM triage), (SELECT coalesce(max(value), 0) FROM counter WHERE name IN ('sealed_position', 'last_position'))
        ) AS last,
        (SELECT coalesce(max(first + rows - 1), 0) FROM segment) AS sealed`,
    )
    .get() as { last: number; sealed: number };
  const set = target.prepare('INSERT OR REPLACE INTO counter (name, value) VALUES (?, ?)');
  set.run('last_position', last);
  set.run('sealed_position', sealed);
}

/** Ids of alerts that are not there any more: whoever has such an alert may send it again. Gives how many there were. */
function removeLostIds(target: DatabaseSync): number {
  const segments = target
    .prepare('SELECT first + skip AS first, first + rows AS end FROM segment ORDER BY id')
    .all() as {
    first: number;
    end: number;
  }[];
  const inTail = target.prepare('SELECT 1 FROM tail WHERE position = ?');
  const remove = target.prepare('DELETE FROM alert_id WHERE id = ?');
  const lost: SQLInputValue[] = [];
  for (const { id, position } of target.prepare('SELECT id, position FROM alert_id').iterate() as Iterable<{
    id: SQLInputValue;
    position: number;
  }>) {
    const segment = segments.findLast(({ first }) => first <= position);
    if ((segment === undefined || position >= segment.end) && inTail.get(position) === undefined) {
      lost.push(id);
    }
  }
  inTransaction(target, () => {
    lost.forEach((id) => remove.run(id));
  });
  return lost.length;
}
