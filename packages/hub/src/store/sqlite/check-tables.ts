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
    key: ['artifact', 'name', 'package'],
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
