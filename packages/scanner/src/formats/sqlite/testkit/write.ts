import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** A database as SQLite itself writes it. */
export function sqliteFile(pageLength: number, fill: (database: DatabaseSync) => void): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'lanner-sqlite-'));
  const path = join(folder, 'test.sqlite');
  try {
    const database = new DatabaseSync(path);
    database.exec(`pragma page_size = ${pageLength}`);
    fill(database);
    database.close();
    return readFileSync(path);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A database with one table `(hnum, blob)`. */
export function sqliteTable(name: string, blobs: readonly Buffer[], pageLength: number): Buffer {
  return sqliteFile(pageLength, (database) => {
    database.exec(`create table ${name} (hnum integer primary key autoincrement, blob blob not null)`);
    for (const blob of blobs) {
      database.prepare(`insert into ${name} (blob) values (?)`).run(blob);
    }
  });
}
