import type { DatabaseSync } from 'node:sqlite';
import { zstdCompressSync } from 'node:zlib';
import { mergeInterval } from '../finding-rules.ts';
import type {
  EvidenceRow,
  Finding,
  FindingChange,
  Interval,
  ScannedArtifact,
  ScanPart,
} from '../finding-store.ts';
import { zstdOptions } from './block.ts';
import { tellFindingChange } from './kept-findings.ts';

interface FindingRow {
  readonly id: number;
  readonly is_open: number;
  readonly intervals: string;
}

/** Findings, evidence and inventories: the writing side. Within a transaction of the caller. */
export class FindingWriter {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  record(
    artifact: ScannedArtifact,
    findings: readonly Finding[],
    atMs: number,
    part?: ScanPart,
  ): FindingChange {
    tellFindingChange(this.#database, artifact.key);
    this.#database
      .prepare(
        `INSERT INTO artifact (key, value, first_ms, scanned_ms, retired_ms) VALUES (?1, ?2, ?3, ?3, NULL)
        ON CONFLICT (key) DO UPDATE SET value = ?2, scanned_ms = ?3, retired_ms = NULL`,
      )
      .run(artifact.key, JSON.stringify(this.#known(artifact, part)), atMs);
    const change = { opened: 0, reopened: 0, fixed: 0 };
    const present = new Set<number>();
    for (const finding of findings) {
      const { id, was } = this.#upsert(artifact.key, finding, atMs);
      present.add(id);
      change.opened += was === 'new' ? 1 : 0;
      change.reopened += was === 'fixed' ? 1 : 0;
    }
    const all = part === undefined ? present : this.#ofParts(artifact.key, atMs, part);
    return { ...change, fixed: all === null ? 0 : this.#end(artifact.key, all, atMs) };
  }

  /** While parts are to come, packages that earlier scans counted still count. */
  #known(artifact: ScannedArtifact, part: ScanPart | undefined): ScannedArtifact {
    if (part?.isLast !== false) {
      return artifact;
    }
    const row = this.#database.prepare('SELECT value FROM artifact WHERE key = ?').get(artifact.key) as
      { value: string } | undefined;
    const before = row === undefined ? 0 : (JSON.parse(row.value) as ScannedArtifact).packages;
    return { ...artifact, packages: Math.max(before, artifact.packages) };
  }

  /** What all parts of a scan had; null when one is still to come, or never came. */
  #ofParts(artifactKey: string, atMs: number, { isLast, total }: ScanPart): Set<number> | null {
    if (!isLast) {
      return null;
    }
    const rows = this.#database
      .prepare('SELECT id FROM finding WHERE artifact = ? AND is_open = 1 AND last_ms = ?')
      .all(artifactKey, atMs) as { id: number }[];
    return rows.length < total ? null : new Set(rows.map(({ id }) => id));
  }

  #upsert(artifact: string, finding: Finding, atMs: number): { id: number; was: 'new' | 'open' | 'fixed' } {
    const { kind, id: name, package: place, severity, packageName } = finding;
    const value = JSON.stringify(finding);
    const before = this.#database
      .prepare(
        'SELECT id, is_open, intervals FROM finding WHERE artifact = ? AND kind = ? AND name = ? AND package = ?',
      )
      .get(artifact, kind, name, place) as FindingRow | undefined;
    if (before === undefined) {
      const { lastInsertRowid } = this.#database
        .prepare(
          `INSERT INTO finding (artifact, kind, name, package, severity, package_name, first_ms, last_ms, is_open, intervals, value)
          VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7, 1, ?8, ?9)`,
        )
        .run(
          artifact,
          kind,
          name,
          place,
          severity,
          packageName,
          atMs,
          JSON.stringify([{ fromMs: atMs, toMs: null }]),
          value,
        );
      return { id: Number(lastInsertRowid), was: 'new' };
    }
    const intervals = JSON.parse(before.intervals) as Interval[];
    if (before.is_open === 0) {
      intervals.push({ fromMs: atMs, toMs: null });
    }
    this.#database
      .prepare(
        'UPDATE finding SET severity = ?, package_name = ?, last_ms = ?, is_open = 1, intervals = ?, value = ? WHERE id = ?',
      )
      .run(severity, packageName, atMs, JSON.stringify(intervals), value, before.id);
    return { id: before.id, was: before.is_open === 0 ? 'fixed' : 'open' };
  }

  retire(artifactKey: string, atMs: number): void {
    tellFindingChange(this.#database, artifactKey);
    this.#database.prepare('UPDATE artifact SET retired_ms = ? WHERE key = ?').run(atMs, artifactKey);
    this.#end(artifactKey, new Set(), atMs);
  }

  /** Findings of an artifact that are not present any more end. */
  #end(artifactKey: string, present: ReadonlySet<number>, atMs: number): number {
    const rows = this.#database
      .prepare('SELECT id, is_open, intervals FROM finding WHERE artifact = ? AND is_open = 1')
      .all(artifactKey) as unknown as FindingRow[];
    const end = this.#database.prepare('UPDATE finding SET is_open = 0, intervals = ? WHERE id = ?');
    let ended = 0;
    for (const { id, intervals } of rows) {
      if (!present.has(id)) {
        const list = JSON.parse(intervals) as Interval[];
        const last = list.pop();
        end.run(JSON.stringify([...list, { fromMs: last?.fromMs ?? atMs, toMs: atMs }]), id);
        ended++;
      }
    }
    return ended;
  }

  putInventory(artifactKey: string, bytes: Uint8Array, atMs: number): void {
    this.#database
      .prepare('INSERT OR REPLACE INTO inventory (artifact, bytes, at_ms) VALUES (?, ?, ?)')
      .run(artifactKey, zstdCompressSync(bytes, zstdOptions), atMs);
  }

  recordEvidence(rows: readonly EvidenceRow[]): void {
    const find = this.#database.prepare(
      'SELECT first_ms, last_ms, sample, intervals FROM evidence WHERE artifact = ? AND package = ? AND rung = ?',
    );
    const put = this.#database.prepare(
      'INSERT OR REPLACE INTO evidence (artifact, package, rung, first_ms, last_ms, sample, intervals) VALUES (?, ?, ?, ?, ?, ?, ?)',
    );
    for (const { artifact, package: place, rung, firstMs, lastMs, sample } of rows) {
      const before = find.get(artifact, place, rung) as
        { first_ms: number; last_ms: number; sample: string; intervals: string } | undefined;
      const newer = before === undefined || lastMs >= before.last_ms;
      const intervals = before === undefined ? [] : (JSON.parse(before.intervals) as Interval[]);
      put.run(
        artifact,
        place,
        rung,
        Math.min(firstMs, before?.first_ms ?? firstMs),
        newer ? lastMs : before.last_ms,
        newer ? JSON.stringify(sample) : before.sample,
        JSON.stringify(mergeInterval(intervals, { firstMs, lastMs })),
      );
    }
  }
}
