import type { DatabaseSync } from 'node:sqlite';
import { auditKept, goneImageMs } from '../retention-rules.ts';
import type { FindingWriter } from './finding-writer.ts';
import { tellFindingChange } from './kept-findings.ts';
import { addTo } from './sealer.ts';

const everyMs = 3_600_000;
/** Rows of findings that go in one turn, so that what is to be stored meanwhile does not wait for long. */
const step = 5000;

/** Retention of all that is no alert. Within a transaction of the caller. */
export class FindingRetention {
  readonly #database: DatabaseSync;
  readonly #findings: FindingWriter;
  #tidiedMs: number | null = null;

  constructor(database: DatabaseSync, findings: FindingWriter) {
    this.#database = database;
    this.#findings = findings;
  }

  /** Whether it is time: once an hour, and sooner where there was more than one turn takes. */
  isDue(nowMs: number): boolean {
    return this.#tidiedMs === null || nowMs < this.#tidiedMs || nowMs - this.#tidiedMs >= everyMs;
  }

  /** @param horizonMs what ended before goes. */
  tidy(nowMs: number, horizonMs: number): void {
    this.#retireImages(nowMs);
    const removed = this.#removeArtifacts(horizonMs) + this.#removeFixed(horizonMs);
    addTo(this.#database, 'findings_removed', removed);
    this.#database.prepare('DELETE FROM evidence WHERE last_ms < ?').run(horizonMs);
    this.#trimAudit(nowMs, horizonMs);
    this.#tidiedMs = removed < step ? nowMs : null;
  }

  #retireImages(nowMs: number): void {
    const gone = this.#database
      .prepare(
        `SELECT key FROM artifact
        WHERE retired_ms IS NULL AND scanned_ms < ? AND json_extract(value, '$.kind') = 'image'`,
      )
      .all(nowMs - goneImageMs) as { key: string }[];
    for (const { key } of gone) {
      this.#findings.retire(key, nowMs);
    }
  }

  /** Those that no scan has found for so long. */
  #removeArtifacts(horizonMs: number): number {
    const old = this.#database
      .prepare('SELECT key FROM artifact WHERE scanned_ms < ? LIMIT 100')
      .all(horizonMs) as { key: string }[];
    let removed = 0;
    for (const { key } of old) {
      removed += Number(this.#database.prepare('DELETE FROM finding WHERE artifact = ?').run(key).changes);
      for (const table of ['inventory', 'evidence']) {
        this.#database.prepare(`DELETE FROM ${table} WHERE artifact = ?`).run(key);
      }
      this.#database.prepare('DELETE FROM artifact WHERE key = ?').run(key);
      tellFindingChange(this.#database, key);
    }
    return removed;
  }

  #removeFixed(horizonMs: number): number {
    const removed = this.#database
      .prepare(
        `DELETE FROM finding WHERE id IN (
          SELECT id FROM finding WHERE is_open = 0 AND json_valid(intervals) AND json_extract(intervals, '$[#-1].toMs') < ?
          LIMIT ${step}
        ) RETURNING artifact`,
      )
      .all(horizonMs) as { artifact: string }[];
    for (const artifact of new Set(removed.map((row) => row.artifact))) {
      tellFindingChange(this.#database, artifact);
    }
    return removed.length;
  }

  #trimAudit(nowMs: number, horizonMs: number): void {
    this.#database
      .prepare(
        `DELETE FROM audit WHERE id <= coalesce(
          (SELECT max(id) FROM audit WHERE json_valid(entry) AND json_extract(entry, '$.atMs') < ?), 0)`,
      )
      .run(Math.min(horizonMs, nowMs - auditKept.ageMs));
    this.#database
      .prepare('DELETE FROM audit WHERE id <= (SELECT max(id) FROM audit) - ?')
      .run(auditKept.entries);
  }
}
