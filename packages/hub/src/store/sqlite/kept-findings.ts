import type { DatabaseSync } from 'node:sqlite';
import type { FindingLife } from '../finding-look.ts';
import type { Finding, Interval, ScannedArtifact } from '../finding-store.ts';

/** The counter that grows with every change of findings, by whichever connection. */
export const findingChanges = 'finding-changes';

/** Findings that are kept in memory; with more than these each query reads them all. About 10 MB. */
const maxKept = 50_000;

/** A finding of all its time, without its details, and where its row is. */
export type KeptLife = FindingLife & { readonly row: number };

interface FindingRow {
  readonly id: number;
  readonly artifact: string;
  readonly first_ms: number;
  readonly last_ms: number;
  readonly intervals: string;
  readonly value: string;
}

/**
 * All findings without their details, read anew when they have changed: parsing twenty thousand of them for each
 * question costs more than everything else about it.
 */
export class KeptFindings {
  readonly #database: DatabaseSync;
  readonly #most: number;
  #kept: readonly KeptLife[] | null = null;
  #changes = -1;

  constructor(database: DatabaseSync, most: number = maxKept) {
    this.#database = database;
    this.#most = most;
  }

  all(): Iterable<KeptLife> {
    const changes = this.#count('SELECT value AS count FROM counter WHERE name = ?', findingChanges);
    if (this.#kept !== null && changes === this.#changes) {
      return this.#kept;
    }
    this.#kept = null;
    if (this.#count('SELECT count(*) AS count FROM finding') > this.#most) {
      return this.#read();
    }
    this.#kept = [...this.#read()];
    this.#changes = changes;
    return this.#kept;
  }

  *#read(): Iterable<KeptLife> {
    const names = this.#names();
    const texts = new Map<string, string>();
    // Most texts are of many findings; each is kept once.
    const once = (text: string): string => {
      const known = texts.get(text);
      if (known === undefined) {
        texts.set(text, text);
      }
      return known ?? text;
    };
    const rows = this.#database
      .prepare('SELECT id, artifact, first_ms, last_ms, intervals, value FROM finding')
      .iterate() as unknown as Iterable<FindingRow>;
    for (const { id, artifact, first_ms, last_ms, intervals, value } of rows) {
      const finding = JSON.parse(value) as Finding;
      yield {
        row: id,
        kind: finding.kind,
        id: once(finding.id),
        package: once(finding.package),
        packageName: once(finding.packageName),
        installedVersion: once(finding.installedVersion),
        fixedVersion: once(finding.fixedVersion),
        severity: finding.severity,
        title: once(finding.title),
        epss: finding.epss,
        kev: finding.kev,
        artifact: once(artifact),
        artifactNames: names.get(artifact) ?? [],
        firstSeenMs: first_ms,
        lastSeenMs: last_ms,
        intervals: JSON.parse(intervals) as Interval[],
        accepted: null,
      };
    }
  }

  #names(): ReadonlyMap<string, readonly string[]> {
    const rows = this.#database.prepare('SELECT key, value FROM artifact').all() as {
      key: string;
      value: string;
    }[];
    return new Map(rows.map(({ key, value }) => [key, (JSON.parse(value) as ScannedArtifact).names]));
  }

  #count(sql: string, ...values: readonly string[]): number {
    const row = this.#database.prepare(sql).get(...values) as { count: number } | undefined;
    return row?.count ?? 0;
  }
}
