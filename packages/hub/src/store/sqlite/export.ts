import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import type { StoredAlert } from '@lanner/api';
import type { AuditEntry } from '../document-store.ts';
import { acceptanceOf, acceptancesById } from '../finding-rules.ts';
import type { Acceptance, Finding, Interval, ScannedArtifact, StoredFinding } from '../finding-store.ts';
import { AlertReader } from './alert-reader.ts';

/** Rows that are read at once: between two pages a server that runs can tidy up. */
const pageRows = 500;

/** Alerts in the order in which they came. */
export class AlertExport {
  readonly #reader: AlertReader;
  readonly #database: DatabaseSync;
  /** Alerts in between that are lost or cannot be read. */
  missing = 0;

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#reader = new AlertReader(database);
  }

  *alerts(): Generator<StoredAlert> {
    let last = this.#first() - 1;
    for (;;) {
      const page = this.#reader.after(last, pageRows);
      for (const alert of page) {
        this.missing += alert.position - last - 1;
        last = alert.position;
        yield alert;
      }
      if (page.length === 0) {
        this.missing += Math.max(0, this.#reader.lastPosition() - last);
        return;
      }
    }
  }

  #first(): number {
    const { first } = this.#database
      .prepare(
        `SELECT coalesce((SELECT first + skip FROM segment ORDER BY id LIMIT 1), (SELECT min(position) FROM tail), 1) AS first`,
      )
      .get() as { first: number };
    return first;
  }
}

interface FindingRow {
  readonly id: number;
  readonly artifact: string;
  readonly named: string | null;
  readonly first_ms: number;
  readonly last_ms: number;
  readonly intervals: string;
  readonly value: string;
}

/** Findings with their life, those that are fixed too; accepted as of `nowMs`. */
export function* exportFindings(database: DatabaseSync, nowMs: number): Generator<StoredFinding> {
  const accepting = database.prepare("SELECT value FROM document WHERE kind = 'acceptance'").all() as {
    value: string;
  }[];
  const acceptances = acceptancesById(accepting.map(({ value }) => JSON.parse(value) as Acceptance));
  for (const row of pages<FindingRow>(
    database,
    `SELECT id, artifact, (SELECT value FROM artifact WHERE key = finding.artifact) AS named, first_ms, last_ms,
      intervals, value FROM finding WHERE id > ? ORDER BY id LIMIT ?`,
  )) {
    const intervals = JSON.parse(row.intervals) as Interval[];
    const finding = { ...(JSON.parse(row.value) as Finding), artifact: row.artifact };
    yield {
      ...finding,
      artifactNames: row.named === null ? [] : (JSON.parse(row.named) as ScannedArtifact).names,
      firstSeenMs: row.first_ms,
      lastSeenMs: row.last_ms,
      fixedMs: intervals.at(-1)?.toMs ?? null,
      intervals,
      accepted: acceptanceOf(finding, acceptances, nowMs),
    };
  }
}

/** The audit log, oldest first. */
export function* exportAudit(database: DatabaseSync): Generator<AuditEntry & { readonly id: number }> {
  for (const { id, entry } of pages<{ id: number; entry: string }>(
    database,
    'SELECT id, entry FROM audit WHERE id > ? ORDER BY id LIMIT ?',
  )) {
    yield { ...(JSON.parse(entry) as AuditEntry), id };
  }
}

/** Rows of a table in the order of their ids. `sql` takes the id after which a page begins, and its length. */
function* pages<Row extends { readonly id: number }>(database: DatabaseSync, sql: string): Generator<Row> {
  const page = database.prepare(sql);
  let last: SQLInputValue = -1;
  for (;;) {
    const rows = page.all(last, pageRows) as unknown as Row[];
    yield* rows;
    const end = rows.at(-1);
    if (end === undefined) {
      return;
    }
    last = end.id;
  }
}
