import { DatabaseSync, type StatementSync } from 'node:sqlite';

/** One record of one thing: what is in `place` under `name` and `key`. */
export interface Row {
  readonly place: string;
  readonly name: string;
  readonly key: string;
  /** JSON. */
  readonly value: string;
}

/**
 * Rows that come in any order and go out sorted by the bytes of their places, names and keys; equal ones in the order in
 * which they came. They lie in a temporary file, which is gone with the process: a dump of all advisories is larger than
 * what should be held in memory.
 */
export class RowStore {
  #open: { readonly database: DatabaseSync; readonly insert: StatementSync } | null = null;

  add({ place, name, key, value }: Row): void {
    this.#open ??= openStore();
    this.#open.insert.run(place, name, key, value);
  }

  places(): string[] {
    const rows = this.#open?.database.prepare('SELECT DISTINCT place FROM rows ORDER BY place').all() ?? [];
    // A column of texts.
    return rows.map(({ place }) => place as string);
  }

  *sorted(place: string): Generator<Row> {
    const rows = this.#open?.database
      .prepare('SELECT place, name, key, value FROM rows WHERE place = ? ORDER BY name, key, rowid')
      .iterate(place);
    for (const row of rows ?? []) {
      // The columns are those of a row.
      yield row as unknown as Row;
    }
  }

  /** Frees the file; nothing can be added or read then. */
  close(): void {
    this.#open?.database.close();
    this.#open = null;
  }
}

function openStore(): { database: DatabaseSync; insert: StatementSync } {
  // Without a name: a file that only this connection has, and that SQLite removes.
  const database = new DatabaseSync('');
  database.exec(
    'PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -16384; PRAGMA temp_store = FILE',
  );
  database.exec('CREATE TABLE rows (place TEXT, name TEXT, key TEXT, value TEXT)');
  database.exec('BEGIN');
  return { database, insert: database.prepare('INSERT INTO rows VALUES (?, ?, ?, ?)') };
}
