import { AppError } from '@lanner/core';
import type { FacetCount } from './alert-store.ts';
import { checkLimit, frequentFirst } from './check-query.ts';
import { facetValue, type KnownFinding } from './finding-match.ts';
import type {
  Acceptance,
  EvidenceRow,
  Finding,
  FindingFacet,
  FindingQuery,
  Interval,
  StoredFinding,
} from './finding-store.ts';

/** Intervals as they were known at a moment: later ones are left out, later ends are open. */
export function intervalsAsOf(intervals: readonly Interval[], asOfMs: number): readonly Interval[] {
  return intervals
    .filter(({ fromMs }) => fromMs <= asOfMs)
    .map(({ fromMs, toMs }) => ({ fromMs, toMs: toMs !== null && toMs <= asOfMs ? toMs : null }));
}

/** The most frequent values of each facet. Throws AppError 'query.invalid' for a limit that cannot be. */
export function facetsOfFindings(
  findings: readonly KnownFinding[],
  facets: readonly FindingFacet[],
  limit: number,
): Partial<Record<FindingFacet, readonly FacetCount[]>> {
  checkLimit(limit);
  return Object.fromEntries(
    facets.map((facet) => {
      const counts = new Map<string, number>();
      for (const finding of findings) {
        const value = facetValue(finding, facet);
        counts.set(value, (counts.get(value) ?? 0) + 1);
      }
      const list = Array.from(counts, ([value, count]) => ({ value, count }));
      return [facet, list.sort(frequentFirst).slice(0, limit)];
    }),
  );
}

/** The moment that a query is about; infinite for now. Throws AppError 'query.invalid' for what is none. */
export function momentOf({ asOfMs = Infinity }: FindingQuery): number {
  if (Number.isNaN(asOfMs)) {
    throw new AppError('query.invalid', 'A time is not a number', { hint: 'Give milliseconds.' });
  }
  return asOfMs;
}

/** Counts by severity before the first is counted. */
export function nothingOpen(): Record<Finding['severity'], number> {
  return { CRITICAL: 0, HIGH: 0, MEDIUM: 0, LOW: 0, UNKNOWN: 0 };
}

/** Acceptances by the finding that they are about. */
export function acceptancesById(
  acceptances: readonly Acceptance[],
): ReadonlyMap<string, readonly Acceptance[]> {
  return Map.groupBy(acceptances, ({ findingId }) => findingId);
}

/** The acceptance of a finding that holds at a moment and ends last. */
export function acceptanceOf(
  finding: Pick<StoredFinding, 'id' | 'artifact' | 'packageName'>,
  acceptances: ReadonlyMap<string, readonly Acceptance[]>,
  atMs: number,
): StoredFinding['accepted'] {
  let best: Acceptance | null = null;
  for (const each of acceptances.get(finding.id) ?? []) {
    if (
      isAbout(each, finding) &&
      (each.untilMs === null || each.untilMs > atMs) &&
      (best === null || (best.untilMs !== null && (each.untilMs ?? Infinity) > best.untilMs))
    ) {
      best = each;
    }
  }
  return best === null ? null : { untilMs: best.untilMs, reason: best.reason, by: best.by };
}

/** Whether an acceptance is about a finding, whenever it holds. */
export function isAbout(
  { findingId, artifact, packageName }: Acceptance,
  finding: Pick<StoredFinding, 'id' | 'artifact' | 'packageName'>,
): boolean {
  return (
    findingId === finding.id &&
    (artifact === null || artifact === finding.artifact) &&
    (packageName === null || packageName === finding.packageName)
  );
}

/** Moments at equal steps, both ends included. */
export function trendMoments(fromMs: number, toMs: number, steps: number): readonly number[] {
  if (!Number.isInteger(steps) || steps < 1 || steps > 1000 || !(toMs >= fromMs)) {
    throw new AppError('query.invalid', 'A trend has 1 to 1000 steps and ends after it begins');
  }
  return Array.from({ length: steps }, (_, index) =>
    Math.round(fromMs + (index * (toMs - fromMs)) / Math.max(1, steps - 1)),
  );
}

const gapMs = 3_600_000;
/** Of one package on one rung; the oldest are joined beyond. */
const maxIntervals = 256;

/** Adds an observation; observations with less than an hour between them are one. */
export function mergeInterval(
  intervals: readonly Interval[],
  { firstMs, lastMs }: Pick<EvidenceRow, 'firstMs' | 'lastMs'>,
): readonly Interval[] {
  const sorted = [...intervals, { fromMs: firstMs, toMs: lastMs }].sort((a, b) => a.fromMs - b.fromMs);
  const merged: Interval[] = [];
  for (const { fromMs, toMs } of sorted) {
    const before = merged.at(-1);
    if (before !== undefined && fromMs - (before.toMs ?? Infinity) <= gapMs) {
      merged[merged.length - 1] = { fromMs: before.fromMs, toMs: Math.max(before.toMs ?? 0, toMs ?? 0) };
    } else {
      merged.push({ fromMs, toMs });
    }
  }
  while (merged.length > maxIntervals) {
    const [first, second] = merged.splice(0, 2) as [Interval, Interval];
    merged.unshift({ fromMs: first.fromMs, toMs: second.toMs });
  }
  return merged;
}

/** Evidence as it was known at a moment; null when there was none. */
export function evidenceAsOf(
  row: EvidenceRow & { readonly intervals: readonly Interval[] },
  asOfMs: number,
): (EvidenceRow & { readonly intervals: readonly Interval[] }) | null {
  if (row.firstMs > asOfMs) {
    return null;
  }
  const intervals = row.intervals
    .filter(({ fromMs }) => fromMs <= asOfMs)
    .map(({ fromMs, toMs }) => ({ fromMs, toMs: Math.min(toMs ?? asOfMs, asOfMs) }));
  return { ...row, lastMs: Math.min(row.lastMs, asOfMs), intervals };
}
