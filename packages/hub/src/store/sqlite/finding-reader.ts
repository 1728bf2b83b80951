import type { DatabaseSync } from 'node:sqlite';
import { zstdDecompressSync } from 'node:zlib';
import {
  acceptanceOf,
  evidenceAsOf,
  facetsOfFindings,
  intervalsAsOf,
  matchesFinding,
  momentOf,
  nothingOpen,
  pageOfFindings,
  trendMoments,
} from '../finding-rules.ts';
import type {
  Acceptance,
  EvidenceRow,
  Finding,
  FindingFacet,
  FindingQuery,
  FindingStore,
  Interval,
  ScannedArtifact,
  StoredFinding,
} from '../finding-store.ts';

type Artifacts = Awaited<ReturnType<FindingStore['artifacts']>>;
type Open = Artifacts[number]['open'];

interface FindingRow {
  readonly artifact: string;
  readonly first_ms: number;
  readonly last_ms: number;
  readonly intervals: string;
  readonly value: string;
}

/** Answers queries of findings, evidence and inventories: the reading side. */
export class FindingReader {
  readonly #database: DatabaseSync;
  readonly #now: () => number;

  constructor(database: DatabaseSync, now: () => number) {
    this.#database = database;
    this.#now = now;
  }

  search(
    query: FindingQuery,
    limit: number,
    cursor?: string,
  ): { findings: StoredFinding[]; cursor: string | null } {
    return pageOfFindings(this.#matching(query), limit, cursor);
  }

  count(query: FindingQuery): number {
    return this.#matching(query).length;
  }

  facets(
    query: FindingQuery,
    facets: readonly FindingFacet[],
    limit: number,
  ): Partial<Record<FindingFacet, readonly { value: string; count: number }[]>> {
    return facetsOfFindings(this.#matching(query), facets, limit);
  }

  artifacts(asOfMs = Infinity): Artifacts {
    const rows = this.#database
      .prepare('SELECT value, scanned_ms, retired_ms FROM artifact WHERE first_ms <= ? ORDER BY key')
      .all(finite(asOfMs)) as { value: string; scanned_ms: number; retired_ms: number | null }[];
    const open = new Map<string, Record<Finding['severity'], number>>();
    this.#eachOpen(asOfMs, (artifact, severity) => {
      const counts = open.get(artifact) ?? nothingOpen();
      counts[severity]++;
      open.set(artifact, counts);
    });
    return rows.map(({ value, scanned_ms, retired_ms }) => {
      const artifact = JSON.parse(value) as ScannedArtifact;
      return {
        ...artifact,
        scannedMs: Math.min(scanned_ms, asOfMs),
        retiredMs: retired_ms !== null && retired_ms <= asOfMs ? retired_ms : null,
        open: open.get(artifact.key) ?? nothingOpen(),
      };
    });
  }

  trend(fromMs: number, toMs: number, steps: number): { atMs: number; open: Open }[] {
    const points = trendMoments(fromMs, toMs, steps).map((atMs) => ({ atMs, open: nothingOpen() }));
    const rows = this.#database
      .prepare('SELECT severity, intervals FROM finding WHERE first_ms <= ?')
      .iterate(toMs);
    for (const { severity, intervals } of rows as Iterable<{
      severity: Finding['severity'];
      intervals: string;
    }>) {
      const list = JSON.parse(intervals) as Interval[];
      for (const { atMs, open } of points) {
        if (list.some((each) => each.fromMs <= atMs && (each.toMs === null || each.toMs > atMs))) {
          open[severity]++;
        }
      }
    }
    return points;
  }

  getInventory(artifactKey: string): Uint8Array | null {
    const row = this.#database.prepare('SELECT bytes FROM inventory WHERE artifact = ?').get(artifactKey) as
      { bytes: Uint8Array } | undefined;
    return row === undefined ? null : Uint8Array.from(zstdDecompressSync(row.bytes));
  }

  evidence(
    artifact: string,
    asOfMs = Infinity,
  ): (EvidenceRow & { readonly intervals: readonly Interval[] })[] {
    const rows = this.#database
      .prepare('SELECT * FROM evidence WHERE artifact = ? AND first_ms <= ?')
      .all(artifact, finite(asOfMs)) as unknown as {
      package: string;
      rung: EvidenceRow['rung'];
      first_ms: number;
      last_ms: number;
      sample: string;
      intervals: string;
    }[];
    return rows
      .flatMap(({ package: place, rung, first_ms, last_ms, sample, intervals }) => {
        const row = {
          artifact,
          package: place,
          rung,
          firstMs: first_ms,
          lastMs: last_ms,
          sample: JSON.parse(sample) as EvidenceRow['sample'],
          intervals: JSON.parse(intervals) as Interval[],
        };
        return evidenceAsOf(row, asOfMs) ?? [];
      })
      .sort((a, b) => (a.package + a.rung < b.package + b.rung ? -1 : 1));
  }

  #eachOpen(asOfMs: number, take: (artifact: string, severity: Finding['severity']) => void): void {
    const rows = this.#database
      .prepare(
        `SELECT artifact, severity, intervals FROM finding WHERE first_ms <= ? ${asOfMs === Infinity ? 'AND is_open = 1' : ''}`,
      )
      .iterate(finite(asOfMs)) as Iterable<{
      artifact: string;
      severity: Finding['severity'];
      intervals: string;
    }>;
    for (const { artifact, severity, intervals } of rows) {
      if (intervalsAsOf(JSON.parse(intervals) as Interval[], asOfMs).at(-1)?.toMs === null) {
        take(artifact, severity);
      }
    }
  }

  #matching(query: FindingQuery): StoredFinding[] {
    const { includeFixed = false } = query;
    const asOfMs = momentOf(query);
    const acceptances = (
      this.#database.prepare("SELECT value FROM document WHERE kind = 'acceptance'").all() as {
        value: string;
      }[]
    ).map(({ value }) => JSON.parse(value) as Acceptance);
    const names = new Map<string, readonly string[]>();
    const nowMs = asOfMs === Infinity ? this.#now() : asOfMs;
    const found: StoredFinding[] = [];
    for (const row of this.#candidates(query, asOfMs, includeFixed)) {
      const intervals = intervalsAsOf(JSON.parse(row.intervals) as Interval[], asOfMs);
      const last = intervals.at(-1);
      if (last !== undefined && (last.toMs === null || includeFixed)) {
        const finding = { ...(JSON.parse(row.value) as Finding), artifact: row.artifact };
        const stored: StoredFinding = {
          ...finding,
          artifactNames: this.#namesOf(row.artifact, names),
          firstSeenMs: row.first_ms,
          lastSeenMs: Math.min(row.last_ms, asOfMs),
          fixedMs: last.toMs,
          intervals,
          accepted: acceptanceOf(finding, acceptances, nowMs),
        };
        if (matchesFinding(stored, query)) {
          found.push(stored);
        }
      }
    }
    return found;
  }

  /** Rows that may match, by what has a column. */
  #candidates(query: FindingQuery, asOfMs: number, includeFixed: boolean): Iterable<FindingRow> {
    const conditions = ['first_ms <= ?'];
    const values: (string | number)[] = [finite(asOfMs)];
    const add = (condition: string, ...more: readonly string[]): void => {
      conditions.push(condition);
      values.push(...more);
    };
    const { artifact, id, packageName, kinds, severities: levels } = query;
    if (asOfMs === Infinity && !includeFixed) {
      add('is_open = 1');
    }
    if (artifact !== undefined) {
      add('artifact = ?', artifact);
    }
    if (id !== undefined) {
      add('name = ?', id);
    }
    if (packageName !== undefined) {
      add('package_name = ?', packageName);
    }
    if (kinds !== undefined) {
      add(`kind IN (${kinds.map(() => '?').join()})`, ...kinds);
    }
    if (levels !== undefined) {
      add(`severity IN (${levels.map(() => '?').join()})`, ...levels);
    }
    const sql = `SELECT artifact, first_ms, last_ms, intervals, value FROM finding WHERE ${conditions.join(' AND ')}`;
    return this.#database.prepare(sql).iterate(...values) as unknown as Iterable<FindingRow>;
  }

  #namesOf(artifact: string, known: Map<string, readonly string[]>): readonly string[] {
    let names = known.get(artifact);
    if (names === undefined) {
      const row = this.#database.prepare('SELECT value FROM artifact WHERE key = ?').get(artifact) as
        { value: string } | undefined;
      names = row === undefined ? [] : (JSON.parse(row.value) as ScannedArtifact).names;
      known.set(artifact, names);
    }
    return names;
  }
}

/** SQLite has no number that all are less than. */
function finite(ms: number): number {
  return Math.min(ms, Number.MAX_SAFE_INTEGER);
}
