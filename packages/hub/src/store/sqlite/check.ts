import type { DatabaseSync } from 'node:sqlite';
import { AlertCheck } from './check-alerts.ts';
import { checkTables } from './check-tables.ts';
import { ProblemList } from './problem-list.ts';

export interface CheckOptions {
  /** Also the words of every alert against the index: takes several times as long. */
  readonly words?: boolean;
  /** Groups that are counted at a time; fewer than the default are for tests. */
  readonly groupsAtOnce?: number;
}

/**
 * Looks through everything, as of one moment; gives what is damaged, one line each, and the number of lines that were too
 * many. Memory is that of a segment and its words, a bit for each different value, and counts of some million groups.
 */
export function checkDatabase(
  database: DatabaseSync,
  { words = false, groupsAtOnce }: CheckOptions = {},
): { problems: readonly string[]; more: number } {
  const list = new ProblemList();
  // Others may write meanwhile: without a transaction an alert could be seen in the tail and in a segment.
  list.attempt('file', () => database.exec('BEGIN'));
  list.attempt('file', () => checkPages(database, list));
  list.attempt('alerts', () => new AlertCheck(database, list, words, groupsAtOnce).run());
  checkTables(database, list);
  list.attempt('file', () => {
    if (database.isTransaction) {
      database.exec('ROLLBACK');
    }
  });
  return { problems: list.problems, more: list.more };
}

/** SQLite's own look at its pages and indexes. */
function checkPages(database: DatabaseSync, list: ProblemList): void {
  for (const row of database.prepare('PRAGMA integrity_check(1000)').iterate() as Iterable<
    Record<string, string>
  >) {
    const text = Object.values(row)[0] ?? '';
    for (const line of text === 'ok' ? [] : text.split('\n')) {
      list.add('file', line);
    }
  }
}
