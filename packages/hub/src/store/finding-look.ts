import type { FacetCount } from './alert-store.ts';
import { checkLimit, frequentFirst } from './check-query.ts';
import { pageOfFindings, pageOfGroups } from './finding-pages.ts';
import { groupsOf, upgradesOf } from './finding-groups.ts';
import {
  conditionsOf,
  facetValue,
  type FindingCondition,
  hasChanged,
  type KnownFinding,
} from './finding-match.ts';
import { intervalsAsOf, momentOf, nothingOpen, trendMoments } from './finding-rules.ts';
import {
  type ChangeCounts,
  type Finding,
  type FindingAsk,
  findingChangeKinds,
  type FindingFacet,
  type FindingLook,
  type FindingQuery,
  type Interval,
  type ListedFinding,
} from './finding-store.ts';

/** What is known of a finding over all its time; later intervals than the moment of a query are in it, too. */
export type FindingLife = Omit<KnownFinding, 'fixedMs'>;

/** Findings of a query, as they were known at its moment. */
export function matchingFindings<Life extends FindingLife>(
  lives: Iterable<Life>,
  query: FindingQuery,
): (Life & KnownFinding)[] {
  const conditions = conditionsOf(query);
  const found: (Life & KnownFinding)[] = [];
  for (const life of lives) {
    const known = knownAt(life, query);
    if (known !== null && conditions.every(({ holds }) => holds(known))) {
      found.push(known);
    }
  }
  return found;
}

/** Null for what is not asked for by time. */
function knownAt<Life extends FindingLife>(life: Life, query: FindingQuery): (Life & KnownFinding) | null {
  const asOfMs = momentOf(query);
  const intervals = intervalsAsOf(life.intervals, asOfMs);
  const last = intervals.at(-1);
  if (last === undefined || !isAskedFor(intervals, last, query)) {
    return null;
  }
  return { ...life, lastSeenMs: Math.min(life.lastSeenMs, asOfMs), fixedMs: last.toMs, intervals };
}

function isAskedFor(
  intervals: readonly Interval[],
  last: Interval,
  { change, includeFixed = false, asOfMs = Infinity }: FindingQuery,
): boolean {
  return change === undefined
    ? last.toMs === null || includeFixed
    : hasChanged(change.kind, intervals, { fromMs: change.sinceMs, toMs: asOfMs });
}

/** Everything that a view of findings shows, in one pass. Throws AppError 'query.invalid' for what cannot be meant. */
export function lookAt(
  lives: Iterable<FindingLife>,
  query: FindingQuery,
  ask: FindingAsk,
  nowMs: number,
): FindingLook {
  checkLimit(ask.facetLimit);
  const atMs = Math.min(momentOf(query), nowMs);
  const conditions = conditionsOf(query);
  const facets = new FacetCounter(ask.facets, conditions);
  const past = new PastCounter(ask, atMs);
  const names = new Map<string, string>();
  const found: KnownFinding[] = [];
  for (const life of lives) {
    const failing = failingOf(life, conditions);
    if (failing === 'several') {
      continue;
    }
    if (failing === null) {
      past.add(life);
    }
    const known = knownAt(life, query);
    if (known !== null) {
      facets.add(known, failing);
      names.set(known.artifact, known.artifactNames[0] ?? known.artifact);
      if (failing === null) {
        found.push(known);
      }
    }
  }
  const counted = facets.list(ask.facetLimit);
  return {
    count: found.length,
    severities: severitiesOf(found),
    ...rowsOf(found, ask),
    facets: counted,
    artifactNames: Object.fromEntries(
      (counted.artifact ?? []).map(({ value }) => [value, names.get(value) ?? value]),
    ),
    upgrades: upgradesOf(found, ask.upgrades),
    ...past.result(),
  };
}

/** The only condition that does not hold; null when all do. */
function failingOf(
  life: FindingLife,
  conditions: readonly FindingCondition[],
): FindingCondition | null | 'several' {
  let failing: FindingCondition | null = null;
  for (const condition of conditions) {
    if (!condition.holds(life)) {
      if (failing !== null || condition.facet === null) {
        return 'several';
      }
      failing = condition;
    }
  }
  return failing;
}

function rowsOf(
  found: readonly KnownFinding[],
  { by, limit, cursor, skip = 0 }: FindingAsk,
): Pick<FindingLook, 'groups' | 'groupCount' | 'findings' | 'cursor' | 'skipped'> {
  const start = cursor === undefined ? { skip } : { cursor };
  if (by === null) {
    const { page, ...rest } = pageOfFindings(found, limit, start);
    return { groups: [], groupCount: 0, findings: page.map(listed), ...rest };
  }
  const groups = groupsOf(found, by);
  const { page, ...rest } = pageOfGroups(groups, limit, start);
  return { groups: page, groupCount: groups.length, findings: [], ...rest };
}

/** Only what lists show: what a store keeps beside it stays there. */
function listed(finding: KnownFinding): ListedFinding {
  const { kind, id, severity, title, epss, kev, artifact, artifactNames, intervals } = finding;
  const {
    package: place,
    packageName,
    installedVersion,
    fixedVersion,
    firstSeenMs,
    fixedMs,
    accepted,
  } = finding;
  return {
    kind,
    id,
    package: place,
    packageName,
    installedVersion,
    fixedVersion,
    severity,
    title,
    epss,
    kev,
    artifact,
    artifactName: artifactNames[0] ?? artifact,
    firstSeenMs,
    fixedMs,
    returns: intervals.length - 1,
    accepted,
  };
}

function severitiesOf(found: readonly KnownFinding[]): Record<Finding['severity'], number> {
  const counts = nothingOpen();
  for (const { severity } of found) {
    counts[severity]++;
  }
  return counts;
}

class FacetCounter {
  readonly #counts: readonly (readonly [FindingFacet, Map<string, number>])[];
  readonly #asked: ReadonlyMap<FindingFacet, readonly string[]>;

  constructor(facets: readonly FindingFacet[], conditions: readonly FindingCondition[]) {
    this.#counts = facets.map((facet) => [facet, new Map()]);
    this.#asked = new Map(
      conditions.flatMap(({ facet, values }) => (facet === null ? [] : [[facet, values]])),
    );
  }

  add(finding: KnownFinding, failing: FindingCondition | null): void {
    for (const [facet, counts] of this.#counts) {
      if (failing === null || failing.facet === facet) {
        const value = facetValue(finding, facet);
        counts.set(value, (counts.get(value) ?? 0) + 1);
      }
    }
  }

  /** The most frequent values, and those that are asked for, however rare. */
  list(limit: number): Partial<Record<FindingFacet, readonly FacetCount[]>> {
    return Object.fromEntries(
      this.#counts.map(([facet, counts]) => {
        const list = Array.from(counts, ([value, count]) => ({ value, count })).sort(frequentFirst);
        const asked = this.#asked.get(facet) ?? [];
        return [facet, list.filter(({ value }, index) => index < limit || asked.includes(value))];
      }),
    );
  }
}

/** How findings came and went: the trend, and two times of the same length beside each other. */
class PastCounter {
  readonly #points: { readonly atMs: number; readonly open: Record<Finding['severity'], number> }[];
  readonly #windows: { readonly fromMs: number; readonly toMs: number; readonly counts: Counts }[];

  constructor({ trend, sinceMs }: FindingAsk, atMs: number) {
    this.#points =
      trend === null
        ? []
        : trendMoments(trend.fromMs, atMs, trend.steps).map((each) => ({ atMs: each, open: nothingOpen() }));
    this.#windows =
      sinceMs === null
        ? []
        : [
            { fromMs: sinceMs, toMs: atMs, counts: nothingChanged() },
            { fromMs: sinceMs - (atMs - sinceMs), toMs: sinceMs, counts: nothingChanged() },
          ];
  }

  add({ intervals, severity }: FindingLife): void {
    for (const { atMs, open } of this.#points) {
      if (isOpenAt(intervals, atMs)) {
        open[severity]++;
      }
    }
    for (const window of this.#windows) {
      for (const kind of findingChangeKinds) {
        window.counts[kind] += hasChanged(kind, intervals, window) ? 1 : 0;
      }
    }
  }

  result(): Pick<FindingLook, 'trend' | 'changes'> {
    const [now, before] = this.#windows;
    return {
      trend: this.#points,
      changes: now && before ? { now: now.counts, before: before.counts } : null,
    };
  }
}

type Counts = { -readonly [Kind in keyof ChangeCounts]: number };

function nothingChanged(): Counts {
  return { new: 0, fixed: 0, reappeared: 0 };
}

function isOpenAt(intervals: readonly Interval[], atMs: number): boolean {
  return intervals.some(({ fromMs, toMs }) => fromMs <= atMs && (toMs === null || toMs > atMs));
}
