import type { DatabaseSync } from 'node:sqlite';

/** Writes all of it or nothing: what `work` throws takes back what it has written. */
export function inTransaction<T>(database: DatabaseSync, work: () => T): T {
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    // SQLite itself ends the transaction where the disk fails.
    if (database.isTransaction) {
      database.exec('ROLLBACK');
    }
    throw error;
  }
}
