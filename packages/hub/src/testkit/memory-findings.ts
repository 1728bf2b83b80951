import type { DocumentStore } from '../store/document-store.ts';
import { type FindingLife, lookAt, matchingFindings } from '../store/finding-look.ts';
import { pageOfFindings } from '../store/finding-pages.ts';
import { goneImageMs } from '../store/retention-rules.ts';
import {
  acceptanceOf,
  acceptancesById,
  evidenceAsOf,
  facetsOfFindings,
  intervalsAsOf,
  mergeInterval,
  momentOf,
  nothingOpen,
  trendMoments,
} from '../store/finding-rules.ts';
import type {
  Acceptance,
  EvidenceRow,
  EvidenceStore,
  Finding,
  FindingAsk,
  FindingChange,
  FindingFacet,
  FindingLook,
  FindingQuery,
  FindingStore,
  Interval,
  ScannedArtifact,
  ScanPart,
  StoredFinding,
} from '../store/finding-store.ts';

type Artifacts = Awaited<ReturnType<FindingStore['artifacts']>>;
type Open = Artifacts[number]['open'];

interface Life {
  finding: Finding & { readonly artifact: string };
  firstSeenMs: number;
  lastSeenMs: number;
  intervals: Interval[];
}

export class MemoryFindings implements FindingStore {
  readonly #documents: DocumentStore;
  readonly #now: () => number;
  readonly #lives = new Map<string, Life>();
  readonly #artifacts = new Map<
    string,
    { artifact: ScannedArtifact; firstMs: number; scannedMs: number; retiredMs: number | null }
  >();
  readonly #inventories = new Map<string, Uint8Array>();

  constructor(documents: DocumentStore, now: () => number) {
    this.#documents = documents;
    this.#now = now;
  }

  record(
    artifact: ScannedArtifact,
    findings: readonly Finding[],
    atMs: number,
    part?: ScanPart,
  ): Promise<FindingChange> {
    const change = { opened: 0, reopened: 0, fixed: 0 };
    const before = this.#artifacts.get(artifact.key);
    const firstMs = before?.firstMs ?? atMs;
    const fewest = part?.isLast === false ? (before?.artifact.packages ?? 0) : 0;
    const known = { ...artifact, packages: Math.max(fewest, artifact.packages) };
    this.#artifacts.set(artifact.key, { artifact: known, firstMs, scannedMs: atMs, retiredMs: null });
    const present = new Set<string>();
    for (const finding of findings) {
      const key = keyOf(artifact.key, finding);
      present.add(key);
      const life = this.#lives.get(key);
      const open = life?.intervals.at(-1)?.toMs === null;
      change.opened += life === undefined ? 1 : 0;
      change.reopened += life !== undefined && !open ? 1 : 0;
      this.#lives.set(key, {
        finding: { ...finding, artifact: artifact.key },
        firstSeenMs: life?.firstSeenMs ?? atMs,
        lastSeenMs: atMs,
        intervals: [...(life?.intervals ?? []), ...(open ? [] : [{ fromMs: atMs, toMs: null }])],
      });
    }
    const all = part === undefined ? present : this.#ofParts(artifact.key, atMs, part);
    change.fixed = all === null ? 0 : this.#end(artifact.key, all, atMs);
    return Promise.resolve(change);
  }

  /** What all parts of a scan had; null when one is still to come, or never came. */
  #ofParts(artifactKey: string, atMs: number, { isLast, total }: ScanPart): Set<string> | null {
    const seen = [...this.#lives].filter(
      ([, { finding, lastSeenMs, intervals }]) =>
        finding.artifact === artifactKey && lastSeenMs === atMs && intervals.at(-1)?.toMs === null,
    );
    return isLast && seen.length >= total ? new Set(seen.map(([key]) => key)) : null;
  }

  retire(artifactKey: string, atMs: number): Promise<void> {
    const known = this.#artifacts.get(artifactKey);
    if (known !== undefined) {
      known.retiredMs = atMs;
      this.#end(artifactKey, new Set(), atMs);
    }
    return Promise.resolve();
  }

  /** Retention; gives how many findings went, and the artifacts that did. */
  tidy(nowMs: number, horizonMs: number): { removed: number; artifacts: ReadonlySet<string> } {
    const artifacts = new Set<string>();
    for (const [key, { artifact, scannedMs, retiredMs }] of this.#artifacts) {
      if (artifact.kind === 'image' && retiredMs === null && scannedMs < nowMs - goneImageMs) {
        void this.retire(key, nowMs);
      }
    }
    for (const [key, { scannedMs }] of this.#artifacts) {
      if (scannedMs < horizonMs) {
        this.#artifacts.delete(key);
        this.#inventories.delete(key);
        artifacts.add(key);
      }
    }
    let removed = 0;
    for (const [key, { finding, intervals }] of this.#lives) {
      const endMs = intervals.at(-1)?.toMs ?? Infinity;
      if (!this.#artifacts.has(finding.artifact) || endMs < horizonMs) {
        this.#lives.delete(key);
        removed++;
      }
    }
    return { removed, artifacts };
  }

  /** Findings of an artifact that are not present any more end. */
  #end(artifactKey: string, present: ReadonlySet<string>, atMs: number): number {
    let ended = 0;
    for (const [key, life] of this.#lives) {
      const last = life.intervals.at(-1);
      if (life.finding.artifact === artifactKey && !present.has(key) && last?.toMs === null) {
        life.intervals[life.intervals.length - 1] = { fromMs: last.fromMs, toMs: atMs };
        ended++;
      }
    }
    return ended;
  }

  async search(
    query: FindingQuery,
    limit: number,
    cursor?: string,
  ): Promise<{ findings: readonly StoredFinding[]; cursor: string | null }> {
    const { page, cursor: next } = pageOfFindings(
      await this.#matching(query),
      limit,
      cursor === undefined ? {} : { cursor },
    );
    return { findings: page, cursor: next };
  }

  async count(query: FindingQuery): Promise<number> {
    return (await this.#matching(query)).length;
  }

  async facets(
    query: FindingQuery,
    facets: readonly FindingFacet[],
    limit: number,
  ): Promise<Partial<Record<FindingFacet, readonly { value: string; count: number }[]>>> {
    return facetsOfFindings(await this.#matching(query), facets, limit);
  }

  async look(query: FindingQuery, ask: FindingAsk): Promise<FindingLook> {
    return lookAt(await this.#known(query), query, ask, this.#now());
  }

  artifacts(asOfMs = Infinity): Promise<Artifacts> {
    const known = [...this.#artifacts.values()].filter(({ firstMs }) => firstMs <= asOfMs);
    return Promise.resolve(
      known
        .map(({ artifact, scannedMs, retiredMs }) => ({
          ...artifact,
          scannedMs: Math.min(scannedMs, asOfMs),
          retiredMs: retiredMs !== null && retiredMs <= asOfMs ? retiredMs : null,
          open: this.#open(asOfMs, artifact.key),
        }))
        .sort((a, b) => (a.key < b.key ? -1 : 1)),
    );
  }

  trend(fromMs: number, toMs: number, steps: number): Promise<readonly { atMs: number; open: Open }[]> {
    return new Promise((resolve) => {
      resolve(trendMoments(fromMs, toMs, steps).map((atMs) => ({ atMs, open: this.#open(atMs) })));
    });
  }

  putInventory(artifactKey: string, bytes: Uint8Array): Promise<void> {
    this.#inventories.set(artifactKey, Uint8Array.from(bytes));
    return Promise.resolve();
  }

  getInventory(artifactKey: string): Promise<Uint8Array | null> {
    return Promise.resolve(this.#inventories.get(artifactKey) ?? null);
  }

  #open(asOfMs: number, artifactKey?: string): Open {
    const open = nothingOpen();
    for (const { finding, intervals } of this.#lives.values()) {
      const isOpen = intervalsAsOf(intervals, asOfMs).at(-1)?.toMs === null;
      if (isOpen && (artifactKey === undefined || finding.artifact === artifactKey)) {
        open[finding.severity]++;
      }
    }
    return open;
  }

  async #matching(query: FindingQuery): Promise<StoredFinding[]> {
    return matchingFindings(await this.#known(query), query);
  }

  /** All findings of all times, with what is accepted at the moment of the query. */
  async #known(query: FindingQuery): Promise<(FindingLife & Pick<Finding, 'details'>)[]> {
    const documents = await this.#documents.list('acceptance');
    const acceptances = acceptancesById(documents.map(({ value }) => value as Acceptance));
    const atMs = momentOf(query) === Infinity ? this.#now() : momentOf(query);
    return Array.from(this.#lives.values(), ({ finding, firstSeenMs, lastSeenMs, intervals }) => ({
      ...finding,
      artifactNames: this.#artifacts.get(finding.artifact)?.artifact.names ?? [],
      firstSeenMs,
      lastSeenMs,
      intervals,
      accepted: acceptanceOf(finding, acceptances, atMs),
    }));
  }
}

function keyOf(artifact: string, { kind, id, package: place }: Finding): string {
  return JSON.stringify([kind, id, artifact, place]);
}

export class MemoryEvidence implements EvidenceStore {
  readonly #rows = new Map<string, EvidenceRow & { readonly intervals: readonly Interval[] }>();

  record(rows: readonly EvidenceRow[]): Promise<void> {
    for (const row of rows) {
      const key = JSON.stringify([row.artifact, row.package, row.rung]);
      const before = this.#rows.get(key);
      const newer = before === undefined || row.lastMs >= before.lastMs ? row : before;
      this.#rows.set(key, {
        ...row,
        firstMs: Math.min(row.firstMs, before?.firstMs ?? row.firstMs),
        lastMs: newer.lastMs,
        sample: newer.sample,
        intervals: mergeInterval(before?.intervals ?? [], row),
      });
    }
    return Promise.resolve();
  }

  tidy(horizonMs: number, gone: ReadonlySet<string>): void {
    for (const [key, { artifact, lastMs }] of this.#rows) {
      if (lastMs < horizonMs || gone.has(artifact)) {
        this.#rows.delete(key);
      }
    }
  }

  list(
    artifact: string,
    asOfMs = Infinity,
  ): Promise<readonly (EvidenceRow & { readonly intervals: readonly Interval[] })[]> {
    return Promise.resolve(
      [...this.#rows.values()]
        .filter((row) => row.artifact === artifact)
        .flatMap((row) => evidenceAsOf(row, asOfMs) ?? [])
        .sort((a, b) => (a.package + a.rung < b.package + b.rung ? -1 : 1)),
    );
  }
}
