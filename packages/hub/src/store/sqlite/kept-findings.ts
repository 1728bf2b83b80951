import type { DatabaseSync } from 'node:sqlite';
import type { FindingLife } from '../finding-look.ts';
import type { Finding, Interval, ScannedArtifact } from '../finding-store.ts';

/** The counter that grows with every change of findings, by whichever connection. */
const findingChanges = 'finding-changes';
/** Before the key of an artifact: what that counter was when findings of it last changed. */
const changesOf = `${findingChanges}/`;
/** Behind every such name: the character that follows the last of the above. */
const afterChanges = `${findingChanges}0`;

/** Changes after which an artifact's own number goes: a reader that is further behind reads everything anew. */
const remembered = 256;

/** Tells whoever keeps findings in memory that those of an artifact are others now. Within a transaction of the caller. */
export function tellFindingChange(database: DatabaseSync, artifact: string): void {
  database
    .prepare(
      'INSERT INTO counter (name, value) VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET value = value + 1',
    )
    .run(findingChanges);
  database
    .prepare(
      `INSERT INTO counter (name, value) SELECT ?1, value FROM counter WHERE name = ?2
      ON CONFLICT (name) DO UPDATE SET value = excluded.value`,
    )
    .run(`${changesOf}${artifact}`, findingChanges);
  database
    .prepare(
      'DELETE FROM counter WHERE name >= ? AND name < ? AND value <= (SELECT value FROM counter WHERE name = ?) - ?',
    )
    .run(changesOf, afterChanges, findingChanges, remembered);
}

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
 * All findings without their details: parsing twenty thousand of them for each question costs more than everything else
 * about it. After a scan those of its artifact are read anew, and no others.
 */
export class KeptFindings {
  readonly #database: DatabaseSync;
  readonly #most: number;
  /** By artifact; null while none are kept. */
  #kept: Map<string, readonly KeptLife[]> | null = null;
  /** The same in one. */
  #list: readonly KeptLife[] = [];
  #changes = -1;

  constructor(database: DatabaseSync, most: number = maxKept) {
    this.#database = database;
    this.#most = most;
  }

  all(): Iterable<KeptLife> {
    const changes = this.#count('SELECT value AS count FROM counter WHERE name = ?', findingChanges);
    if (this.#kept !== null && changes === this.#changes) {
      return this.#list;
    }
    if (this.#count('SELECT count(*) AS count FROM finding') > this.#most) {
      this.#kept = null;
      this.#list = [];
      return this.#read(new Texts([]));
    }
    // A counter that went back belongs to another store than the one that was read.
    const behind = changes - this.#changes;
    if (this.#kept === null || behind < 0 || behind > remembered) {
      this.#kept = byArtifact(this.#read(new Texts([])));
    } else {
      this.#renew(this.#kept);
    }
    this.#list = [...this.#kept.values()].flat();
    this.#changes = changes;
    return this.#list;
  }

  /** Reads those artifacts anew of which findings have changed since. */
  #renew(kept: Map<string, readonly KeptLife[]>): void {
    const changed = this.#database
      .prepare('SELECT name FROM counter WHERE name >= ? AND name < ? AND value > ?')
      .all(changesOf, afterChanges, this.#changes) as { name: string }[];
    const texts = new Texts(this.#list);
    for (const { name } of changed) {
      const artifact = name.slice(changesOf.length);
      const lives = [...this.#read(texts, artifact)];
      if (lives.length === 0) {
        kept.delete(artifact);
      } else {
        kept.set(artifact, lives);
      }
    }
  }

  /** Findings of one artifact, or of all. */
  *#read(texts: Texts, artifact: string | null = null): Iterable<KeptLife> {
    const names = this.#names();
    const rows = this.#database
      .prepare(
        `SELECT id, artifact, first_ms, last_ms, intervals, value FROM finding ${artifact === null ? '' : 'WHERE artifact = ?'}`,
      )
      .iterate(...(artifact === null ? [] : [artifact])) as unknown as Iterable<FindingRow>;
    for (const row of rows) {
      const finding = JSON.parse(row.value) as Finding;
      yield {
        row: row.id,
        kind: finding.kind,
        id: texts.once(finding.id),
        package: texts.once(finding.package),
        packageName: texts.once(finding.packageName),
        installedVersion: texts.once(finding.installedVersion),
        fixedVersion: texts.once(finding.fixedVersion),
        severity: finding.severity,
        title: texts.once(finding.title),
        epss: finding.epss,
        kev: finding.kev,
        artifact: texts.once(row.artifact),
        artifactNames: names.get(row.artifact) ?? [],
        firstSeenMs: row.first_ms,
        lastSeenMs: row.last_ms,
        intervals: JSON.parse(row.intervals) as Interval[],
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

function byArtifact(lives: Iterable<KeptLife>): Map<string, readonly KeptLife[]> {
  const kept = new Map<string, KeptLife[]>();
  for (const life of lives) {
    const own = kept.get(life.artifact);
    if (own === undefined) {
      kept.set(life.artifact, [life]);
    } else {
      own.push(life);
    }
  }
  return kept;
}

/** Most texts are of many findings; each is kept once. */
class Texts {
  readonly #texts = new Map<string, string>();

  /** Knows the texts of findings that are kept already. */
  constructor(lives: Iterable<KeptLife>) {
    for (const {
      id,
      package: place,
      packageName,
      installedVersion,
      fixedVersion,
      title,
      artifact,
    } of lives) {
      for (const text of [id, place, packageName, installedVersion, fixedVersion, title, artifact]) {
        this.#texts.set(text, text);
      }
    }
  }

  once(text: string): string {
    const known = this.#texts.get(text);
    if (known === undefined) {
      this.#texts.set(text, text);
    }
    return known ?? text;
  }
}
