/** What is wrong with an artifact or resource; its key is kind, id, artifact and package. */
export interface Finding {
  readonly kind: 'vulnerability' | 'secret' | 'misconfiguration' | 'license' | 'end-of-life' | 'update';
  /** Such as CVE-2024-1234 or a rule's id. */
  readonly id: string;
  /** Package URL and owning path, or the place in a file; empty where there is none. */
  readonly package: string;
  readonly packageName: string;
  readonly installedVersion: string;
  /** Empty when there is none. */
  readonly fixedVersion: string;
  readonly severity: 'CRITICAL' | 'HIGH' | 'MEDIUM' | 'LOW' | 'UNKNOWN';
  readonly title: string;
  /** EPSS probability, 0 to 1; null when unknown. */
  readonly epss: number | null;
  /** Known to be exploited. */
  readonly kev: boolean;
  readonly details: Readonly<Record<string, unknown>>;
}

/** What was scanned. */
export interface ScannedArtifact {
  /** Configuration digest, machine id, or path with content hash. */
  readonly key: string;
  readonly kind: 'image' | 'host' | 'filesystem';
  /** Tags and repository digests, or the host's name. */
  readonly names: readonly string[];
  /** Such as `debian 12.8`; empty when unknown. */
  readonly system: string;
  readonly packages: number;
  /** What could not be looked at and what brings it, such as a missing advisory database. */
  readonly notes: readonly string[];
}

/** Milliseconds since the epoch; `toMs` is null while it lasts. */
export interface Interval {
  readonly fromMs: number;
  readonly toMs: number | null;
}

export interface StoredFinding extends Finding {
  readonly artifact: string;
  readonly artifactNames: readonly string[];
  readonly firstSeenMs: number;
  readonly lastSeenMs: number;
  /** Null while open. */
  readonly fixedMs: number | null;
  /** More than one: it was fixed and came back. */
  readonly intervals: readonly Interval[];
  /** A reason and an end while somebody accepts the risk, by the documents of the kind `acceptance`. */
  readonly accepted: { readonly untilMs: number | null; readonly reason: string; readonly by: string } | null;
}

/** Value of documents of the kind `acceptance`: a risk that somebody accepts. */
export interface Acceptance {
  readonly findingId: string;
  /** Null for all. */
  readonly artifact: string | null;
  readonly packageName: string | null;
  readonly untilMs: number | null;
  readonly reason: string;
  readonly by: string;
}

export interface FindingQuery {
  /** Keys of artifacts; each list asks for any of its values. */
  readonly artifacts?: readonly string[];
  readonly kinds?: readonly Finding['kind'][];
  readonly severities?: readonly Finding['severity'][];
  readonly ids?: readonly string[];
  readonly packageNames?: readonly string[];
  readonly fixable?: boolean;
  readonly kev?: boolean;
  /** EPSS probability of at least this, 0 to 1; unknown ones are below all. */
  readonly minEpss?: number;
  /** Whether somebody accepts the risk. */
  readonly accepted?: boolean;
  /** What happened to them after `sinceMs` and until `asOfMs`; then those that are fixed by then count as well. */
  readonly change?: { readonly kind: FindingChangeKind; readonly sinceMs: number };
  /** Open at this moment; default now. */
  readonly asOfMs?: number;
  /** Also those that are fixed by then. */
  readonly includeFixed?: boolean;
  /** Part of id, package, title or artifact name, in any case. */
  readonly text?: string;
}

/** First seen; fixed or gone by the end of the time; come back after it was fixed. */
export const findingChangeKinds = ['new', 'fixed', 'reappeared'] as const;
export type FindingChangeKind = (typeof findingChangeKinds)[number];

export const findingFacets = [
  'kind',
  'severity',
  'id',
  'packageName',
  'artifact',
  'fixable',
  'kev',
  'accepted',
] as const;
export type FindingFacet = (typeof findingFacets)[number];

/** What findings are put together by. */
export const findingGroupings = ['artifact', 'packageName', 'id'] as const;
export type FindingGrouping = (typeof findingGroupings)[number];

export type SeverityCounts = Readonly<Record<Finding['severity'], number>>;

/** Findings of one artifact, package or id as one. */
export interface FindingGroup {
  /** Key of the artifact, name of the package, or id. */
  readonly key: string;
  /** Name of the artifact, or title of the worst finding. */
  readonly title: string;
  readonly findings: number;
  readonly severities: SeverityCounts;
  readonly fixable: number;
  readonly exploited: number;
  readonly accepted: number;
  /** The highest; null when all are unknown. */
  readonly epss: number | null;
  /** How many different ones there are. */
  readonly artifacts: number;
  readonly packages: number;
  readonly ids: number;
  /** The version that is named most often as the one that mends; empty when there is none. */
  readonly fixedVersion: string;
  /** When the first and the latest of them were first seen. */
  readonly firstSeenMs: number;
  readonly newestMs: number;
}

/** A finding as lists show it. */
export type ListedFinding = Omit<StoredFinding, 'details' | 'artifactNames' | 'lastSeenMs' | 'intervals'> & {
  readonly artifactName: string;
  /** How often it came back. */
  readonly returns: number;
};

/** Packages whose upgrade ends the most findings. */
export interface FindingUpgrades {
  readonly packages: readonly {
    readonly packageName: string;
    /** Named most often, and how many are named. */
    readonly fixedVersion: string;
    readonly versions: number;
    readonly findings: number;
    readonly artifacts: number;
  }[];
  /** Findings that end with all of them. */
  readonly findings: number;
}

export type ChangeCounts = Readonly<Record<FindingChangeKind, number>>;

/** What a look at findings is to tell. */
export interface FindingAsk {
  /** Null for the findings themselves. */
  readonly by: FindingGrouping | null;
  readonly limit: number;
  readonly cursor?: string;
  /** Rows before the first one that is listed; not with a cursor. */
  readonly skip?: number;
  /** Each is counted without its own condition, so that one sees what else could be chosen. */
  readonly facets: readonly FindingFacet[];
  readonly facetLimit: number;
  /** At most so many. */
  readonly upgrades: number;
  /** Open findings of the query at equal steps from then to the query's moment; null for none. */
  readonly trend: { readonly fromMs: number; readonly steps: number } | null;
  /** What changed since then, and in the time of the same length before it; null for none. */
  readonly sinceMs: number | null;
}

export interface FindingLook {
  readonly count: number;
  readonly severities: SeverityCounts;
  /** Empty when the findings themselves were asked for. The worst first. */
  readonly groups: readonly FindingGroup[];
  /** How many groups there are in all. */
  readonly groupCount: number;
  /** Empty when groups were asked for. */
  readonly findings: readonly ListedFinding[];
  readonly cursor: string | null;
  /** Rows before the first one; fewer than asked for where the list ends before. 0 with a cursor. */
  readonly skipped: number;
  readonly facets: Readonly<
    Partial<Record<FindingFacet, readonly { readonly value: string; readonly count: number }[]>>
  >;
  /** Names of the artifacts of that facet. */
  readonly artifactNames: Readonly<Record<string, string>>;
  readonly upgrades: FindingUpgrades;
  readonly trend: readonly { readonly atMs: number; readonly open: SeverityCounts }[];
  readonly changes: { readonly now: ChangeCounts; readonly before: ChangeCounts } | null;
}

export interface FindingChange {
  readonly opened: number;
  readonly reopened: number;
  readonly fixed: number;
}

/** A scan that is too long to be taken at once comes in parts, of the same artifact and the same time. */
export interface ScanPart {
  readonly isLast: boolean;
  /** Findings of the whole scan, each counted once. */
  readonly total: number;
}

export interface FindingStore {
  /**
   * Takes a whole scan: findings that are new open, those that are gone are fixed at `atMs`. One transaction. Of a scan
   * in parts, what is gone is fixed with the last one, when all of them have come; before that it has no fewer packages
   * than it had.
   */
  record(
    artifact: ScannedArtifact,
    findings: readonly Finding[],
    atMs: number,
    part?: ScanPart,
  ): Promise<FindingChange>;
  /** An artifact that is no longer there: its findings end. */
  retire(artifactKey: string, atMs: number): Promise<void>;
  /** Most severe first, then KEV, EPSS, id. */
  search(
    query: FindingQuery,
    limit: number,
    cursor?: string,
  ): Promise<{ readonly findings: readonly StoredFinding[]; readonly cursor: string | null }>;
  count(query: FindingQuery): Promise<number>;
  facets(
    query: FindingQuery,
    facets: readonly FindingFacet[],
    limit: number,
  ): Promise<
    Readonly<Partial<Record<FindingFacet, readonly { readonly value: string; readonly count: number }[]>>>
  >;
  /** Everything that a view of findings shows, counted in one pass. */
  look(query: FindingQuery, ask: FindingAsk): Promise<FindingLook>;
  artifacts(asOfMs?: number): Promise<
    readonly (ScannedArtifact & {
      readonly scannedMs: number;
      readonly retiredMs: number | null;
      readonly open: Readonly<Record<Finding['severity'], number>>;
    })[]
  >;
  /** Numbers of open findings by severity at equal steps, both ends included: the trend. */
  trend(
    fromMs: number,
    toMs: number,
    steps: number,
  ): Promise<
    readonly { readonly atMs: number; readonly open: Readonly<Record<Finding['severity'], number>> }[]
  >;
  /** An inventory as bytes of its own form, and back. */
  putInventory(artifactKey: string, bytes: Uint8Array, atMs: number): Promise<void>;
  getInventory(artifactKey: string): Promise<Uint8Array | null>;
}

/** Which package really runs: contracts' evidence ladder. */
export interface EvidenceRow {
  readonly artifact: string;
  readonly package: string;
  readonly rung: 'installed' | 'read' | 'loaded' | 'running' | 'listening';
  readonly firstMs: number;
  readonly lastMs: number;
  readonly sample: Readonly<Record<string, unknown>>;
}

export interface EvidenceStore {
  /** Merges with what is there: earliest first, latest last; gaps above an hour begin a new interval. */
  record(rows: readonly EvidenceRow[]): Promise<void>;
  list(
    artifact: string,
    asOfMs?: number,
  ): Promise<readonly (EvidenceRow & { readonly intervals: readonly Interval[] })[]>;
}
