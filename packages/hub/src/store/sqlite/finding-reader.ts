import type { DatabaseSync } from 'node:sqlite';
import { zstdDecompressSync } from 'node:zlib';
import { lookAt, matchingFindings } from '../finding-look.ts';
import type { KnownFinding } from '../finding-match.ts';
import { pageOfFindings } from '../finding-pages.ts';
import {
  acceptanceOf,
  acceptancesById,
  evidenceAsOf,
  facetsOfFindings,
  intervalsAsOf,
  momentOf,
  nothingOpen,
  trendMoments,
} from '../finding-rules.ts';
import type {
  Acceptance,
  EvidenceRow,
  Finding,
  FindingAsk,
  FindingFacet,
  FindingLook,
  FindingQuery,
  FindingStore,
  Interval,
  ScannedArtifact,
  StoredFinding,
} from '../finding-store.ts';
import { KeptFindings, type KeptLife } from './kept-findings.ts';

type Artifacts = Awaited<ReturnType<FindingStore['artifacts']>>;
type Open = Artifacts[number]['open'];

/** Answers queries of findings, evidence and inventories: the reading side. */
export class FindingReader {
  readonly #database: DatabaseSync;
  readonly #now: () => number;
  readonly #kept: KeptFindings;

  constructor(database: DatabaseSync, now: () => number) {
    this.#database = database;
    this.#now = now;
    this.#kept = new KeptFindings(database);
  }

  search(
    query: FindingQuery,
    limit: number,
    cursor?: string,
  ): { findings: StoredFinding[]; cursor: string | null } {
    const { page, cursor: next } = pageOfFindings(
      this.#matching(query),
      limit,
      cursor === undefined ? {} : { cursor },
    );
    const details = this.#database.prepare(
      "SELECT value ->> '$.details' AS details FROM finding WHERE id = ?",
    );
    return {
      findings: page.map(({ row, ...finding }) => {
        const { details: text } = details.get(row) as { details: string };
        return { ...finding, details: JSON.parse(text) as Finding['details'] };
      }),
      cursor: next,
    };
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

  look(query: FindingQuery, ask: FindingAsk): FindingLook {
    return lookAt(this.#lives(query), query, ask, this.#now());
  }

  artifacts(asOfMs = Infinity): Artifacts {
    const rows = this.#database
      .prepare('SELECT value, scanned_ms, retired_ms FROM artifact WHERE first_ms <= ? ORDER BY key')
      .all(finite(asOfMs)) as { value: string; scanned_ms: number; retired_ms: number | null }[];
    const open = new Map<string, Record<Finding['severity'], number>>();
    const add = (artifact: string, severity: Finding['severity'], count: number): void => {
      const counts = open.get(artifact) ?? nothingOpen();
      counts[severity] += count;
      open.set(artifact, counts);
    };
    if (asOfMs === Infinity) {
      this.#countOpen(add);
    } else {
      this.#eachOpen(asOfMs, (artifact, severity) => {
        add(artifact, severity, 1);
      });
    }
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

  /** What is open now is known without the intervals. */
  #countOpen(take: (artifact: string, severity: Finding['severity'], count: number) => void): void {
    const rows = this.#database
      .prepare(
        'SELECT artifact, severity, count(*) AS count FROM finding WHERE is_open = 1 GROUP BY artifact, severity',
      )
      .all() as { artifact: string; severity: Finding['severity']; count: number }[];
    for (const { artifact, severity, count } of rows) {
      take(artifact, severity, count);
    }
  }

  #eachOpen(asOfMs: number, take: (artifact: string, severity: Finding['severity']) => void): void {
    const rows = this.#database
      .prepare('SELECT artifact, severity, intervals FROM finding WHERE first_ms <= ?')
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

  #matching(query: FindingQuery): (KeptLife & KnownFinding)[] {
    return matchingFindings(this.#lives(query), query);
  }

  /** All findings of all times, with what is accepted at the moment of the query. */
  *#lives(query: FindingQuery): Iterable<KeptLife> {
    const values = this.#database.prepare("SELECT value FROM document WHERE kind = 'acceptance'").all();
    const acceptances = acceptancesById(
      (values as { value: string }[]).map(({ value }) => JSON.parse(value) as Acceptance),
    );
    const atMs = momentOf(query) === Infinity ? this.#now() : momentOf(query);
    for (const life of this.#kept.all()) {
      const accepted = acceptances.size === 0 ? null : acceptanceOf(life, acceptances, atMs);
      yield accepted === null ? life : { ...life, accepted };
    }
  }
}

/** SQLite has no number that all are less than. */
function finite(ms: number): number {
  return Math.min(ms, Number.MAX_SAFE_INTEGER);
}
