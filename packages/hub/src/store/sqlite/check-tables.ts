import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import { zstdDecompressSync } from 'node:zlib';
import type { Interval } from '../finding-store.ts';
import type { ProblemList } from './problem-list.ts';

type Row = Record<string, SQLOutputValue>;

/** A table beside those of alerts: how a row is called, and what must hold of it. */
interface TableCheck {
  readonly table: string;
  readonly key: readonly string[];
  /** Columns that hold JSON. */
  readonly json: readonly string[];
  /** Says what is wrong beyond that; null for nothing. */
  readonly also?: (row: Row) => string | null;
}

const tables: readonly TableCheck[] = [
  { table: 'document', key: ['kind', 'id'], json: ['value'] },
  { table: 'audit', key: ['id'], json: ['entry'] },
  { table: 'triage', key: ['fingerprint'], json: ['state'] },
  { table: 'artifact', key: ['key'], json: ['value'] },
  {
    table: 'finding',
    key: ['id'],
    json: ['value', 'intervals'],
    also: openAsItSays,
  },
  { table: 'evidence', key: ['artifact', 'package', 'rung'], json: ['sample', 'intervals'] },
  { table: 'inventory', key: ['artifact'], json: [], also: unpacks },
];

/** References between tables: what has no counterpart. */
const references: readonly (readonly [string, string])[] = [
  ['finding', `SELECT count(*) AS count FROM finding WHERE artifact NOT IN (SELECT key FROM artifact)`],
  [
    'dead_letter',
    `SELECT count(*) AS count FROM dead_letter WHERE destination NOT IN (SELECT destination FROM delivery)`,
  ],
];

/** Documents, audit log, findings, evidence and deliveries. */
export function checkTables(database: DatabaseSync, list: ProblemList): void {
  for (const check of tables) {
    list.attempt(check.table, () => {
      for (const row of database.prepare(`SELECT * FROM ${check.table}`).iterate() as Iterable<Row>) {
        const name = `${check.table} ${check.key.map((column) => String(row[column])).join(' ')}`;
        list.attempt(name, () => checkRow(check, row, name, list));
      }
    });
  }
  for (const [table, sql] of references) {
    list.attempt(table, () => {
      const { count } = database.prepare(sql).get() as { count: number };
      if (count > 0) {
        list.add(table, `${count} rows belong to nothing`);
      }
    });
  }
}

/** Takes rows away that cannot be read; gives what they were. Within a transaction of the caller. */
export function removeDamagedRows(database: DatabaseSync): string[] {
  const removed: string[] = [];
  for (const { table, key, json, also } of tables) {
    const damaged: Row[] = [];
    for (const row of database.prepare(`SELECT * FROM ${table}`).iterate() as Iterable<Row>) {
      if (!isReadable(row, json, also === unpacks)) {
        damaged.push(Object.fromEntries(key.map((column) => [column, row[column] ?? null])));
      }
    }
    const remove = database.prepare(
      `DELETE FROM ${table} WHERE ${key.map((column) => `${column} = ?`).join(' AND ')}`,
    );
    for (const row of damaged) {
      remove.run(...key.map((column) => row[column] ?? null));
      removed.push(`${table} ${Object.values(row).join(' ')}`);
    }
  }
  return removed;
}

function isReadable(row: Row, json: readonly string[], packed: boolean): boolean {
  try {
    json.forEach((column) => {
      JSON.parse(row[column] as string);
    });
    return !packed || unpacks(row) === null;
  } catch {
    // What was damaged is told by whoever asked.
    return false;
  }
}

function checkRow({ json, also }: TableCheck, row: Row, name: string, list: ProblemList): void {
  for (const column of json) {
    JSON.parse(row[column] as string);
  }
  const problem = also?.(row) ?? null;
  if (problem !== null) {
    list.add(name, problem);
  }
}

function openAsItSays({ intervals, is_open }: Row): string | null {
  const last = (JSON.parse(intervals as string) as readonly Interval[]).at(-1);
  if (last === undefined) {
    return 'it was never seen';
  }
  return (last.toMs === null) === (is_open === 1) ? null : 'whether it is open is not what its life says';
}

function unpacks({ bytes }: Row): string | null {
  zstdDecompressSync(bytes as Uint8Array);
  return null;
}
