import type { AlertFacet, AlertQuery, NewAlert, StoredAlert } from '@lanner/api';

/** Names a batch of an agent, so that one that is sent again is not stored again. */
export interface BatchOrigin {
  readonly agent: string;
  /** Grows by one with each batch of an agent. */
  readonly sequence: number;
}

export interface AppendResult {
  /** Alerts that are new; the others were stored before: their id is known, or the batch is not newer than the agent's last. */
  readonly stored: number;
  /** Position of the last alert that is stored. */
  readonly lastPosition: number;
}

export interface AlertPage {
  readonly alerts: readonly StoredAlert[];
  /** Gives the next page to `search`; null when there is none. */
  readonly cursor: string | null;
}

export interface FacetCount {
  readonly value: string;
  readonly count: number;
}

/** What the alerts of one rule come to. */
export interface RuleFigures {
  readonly rule: string;
  readonly count: number;
  /** Different fingerprints among them. */
  readonly groups: number;
  readonly lastUs: number;
}

export interface HistogramBucket {
  /** Microseconds since the epoch at which the bucket begins. */
  readonly fromUs: number;
  readonly count: number;
  /** Counts by the value of the facet that was asked for. */
  readonly by: Readonly<Record<string, number>>;
}

/** Equal buckets from one time to another, in microseconds since the epoch. */
export interface HistogramAsk {
  readonly fromUs: number;
  readonly toUs: number;
  readonly buckets: number;
  readonly by?: AlertFacet | undefined;
}

/** What is counted in one look. */
export interface AlertAsk {
  readonly facets?: readonly AlertFacet[];
  /** Of each facet, the most frequent ones; default 1. */
  readonly values?: number;
  /** Alerts outside of its times are in no bucket. */
  readonly histogram?: HistogramAsk;
  /**
   * Milliseconds after which a look that has to read texts ends with what it has, the newest counted first. It remembers
   * what it read: asked again, it gets further. Endless if absent.
   */
  readonly withinMs?: number | undefined;
}

export interface AlertLook {
  readonly count: number;
  /** As `AlertStore.facets` gives them. */
  readonly facets: Readonly<Partial<Record<AlertFacet, readonly FacetCount[]>>>;
  /** As `AlertStore.histogram` gives them. */
  readonly buckets: readonly HistogramBucket[];
  /** Of the alerts those that were looked at, 0 to 1. Less than 1: there are at least as many as counted. */
  readonly share: number;
}

/** Alerts of one fingerprint that match a query. */
export interface AlertGroup {
  readonly fingerprint: string;
  readonly count: number;
  readonly firstUs: number;
  readonly lastUs: number;
  readonly latest: StoredAlert;
  readonly triage: GroupTriage;
}

/** What people made of a group. */
export interface GroupTriage {
  readonly status: 'open' | 'acknowledged';
  readonly acknowledgedBy: string | null;
  readonly acknowledgedMs: number | null;
  readonly assignee: string | null;
  readonly comments: readonly GroupComment[];
}

export interface GroupComment {
  readonly author: string;
  readonly atMs: number;
  readonly text: string;
}

export type TriageAction =
  | { readonly kind: 'acknowledge' }
  | { readonly kind: 'reopen' }
  | { readonly kind: 'assign'; readonly to: string | null }
  | { readonly kind: 'comment'; readonly text: string };

export interface AlertStore {
  /**
   * Stores and indexes a batch in one transaction; many callers share a commit. Resolves when everything is on disk
   * (fsynced), rejects with AppError 'store.full', 'store.readonly' or 'store.failed' when nothing was stored.
   * `held` tells for each alert why nobody is notified; it is as long as `alerts`.
   */
  append(
    alerts: readonly NewAlert[],
    held: readonly (string | null)[],
    origin?: BatchOrigin,
  ): Promise<AppendResult>;
  get(id: string): Promise<StoredAlert | null>;
  /** Newest first by time. Throws AppError 'query.invalid' for a cursor that `search` did not give. */
  search(query: AlertQuery, limit: number, cursor?: string): Promise<AlertPage>;
  /** Counts several things at once, if need be in a given time. Throws AppError 'query.invalid' for what cannot be asked. */
  look(query: AlertQuery, ask: AlertAsk): Promise<AlertLook>;
  /** Exact. */
  count(query: AlertQuery): Promise<number>;
  /** For each facet its most frequent values, most frequent first; by value where counts are the same. Empty values are left out. */
  facets(
    query: AlertQuery,
    facets: readonly AlertFacet[],
    limit: number,
  ): Promise<Readonly<Partial<Record<AlertFacet, readonly FacetCount[]>>>>;
  /** Every rule that has an alert of the query, the one with the most first; by name where they are the same. */
  rules(query: AlertQuery): Promise<readonly RuleFigures[]>;
  /** Equal buckets from `query.fromUs` to `query.toUs` (both needed), empty ones included. */
  histogram(query: AlertQuery, buckets: number, by?: AlertFacet): Promise<readonly HistogramBucket[]>;
  /** Groups by fingerprint, the one with the newest alert first. */
  groups(
    query: AlertQuery,
    limit: number,
    cursor?: string,
  ): Promise<{ groups: readonly AlertGroup[]; cursor: string | null }>;
  triage(fingerprint: string): Promise<GroupTriage>;
  /** Acts on all groups that have an alert of the query; gives their number. */
  act(query: AlertQuery, action: TriageAction, by: string, atMs: number): Promise<number>;
  /** In order of arrival, after a position: what deliveries, live tail and replays read. */
  after(position: number, limit: number): Promise<readonly StoredAlert[]>;
  /** Position of the last alert; 0 for an empty store. */
  lastPosition(): Promise<number>;
  /** No alert that is kept is from before this time; null for an empty store. Microseconds. */
  oldestUs(): Promise<number | null>;
  /** Sequence of the last batch of an agent; 0 for none. */
  lastSequence(agent: string): Promise<number>;
  /** How many alerts of a fingerprint are kept, and the latest time of them; those of which there are none are left out. */
  seen(
    fingerprints: readonly string[],
  ): Promise<ReadonlyMap<string, { readonly count: number; readonly lastUs: number }>>;
}
