import { AppError } from '@lanner/core';
import type { FacetCount } from './alert-store.ts';
import { checkLimit, frequentFirst } from './check-query.ts';
import type {
  Acceptance,
  EvidenceRow,
  Finding,
  FindingFacet,
  FindingQuery,
  Interval,
  StoredFinding,
} from './finding-store.ts';

const severities = ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW', 'UNKNOWN'] as const;

type FindingKey = readonly (string | number)[];

/** The order of findings as a list of things that are compared one after another. */
function findingKey(
  finding: Pick<StoredFinding, 'severity' | 'kev' | 'epss' | 'kind' | 'id' | 'artifact' | 'package'>,
): FindingKey {
  const { severity, kev, epss, kind, id, artifact, package: place } = finding;
  return [severities.indexOf(severity), kev ? 0 : 1, -(epss ?? -1), id, kind, artifact, place];
}

function compareKeys(a: FindingKey, b: FindingKey): number {
  for (const [index, left] of a.entries()) {
    const right = b[index] as string | number;
    if (left !== right) {
      return left < right ? -1 : 1;
    }
  }
  return 0;
}

function findingCursor(key: FindingKey): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url');
}

/** Throws AppError 'query.invalid' for what `findingCursor` did not give. */
function parseFindingCursor(cursor: string | undefined): FindingKey | null {
  if (cursor === undefined) {
    return null;
  }
  try {
    const key: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (Array.isArray(key) && key.map((part) => typeof part).join() === keyTypes) {
      return key as FindingKey;
    }
  } catch (error) {
    if (!(error instanceof SyntaxError)) {
      throw error;
    }
  }
  throw new AppError('query.invalid', 'The cursor is not one that a search gave', {
    hint: 'Search without a cursor, and pass on the cursor of the answer.',
  });
}

const keyTypes = 'number,number,number,string,string,string,string';

/** Intervals as they were known at a moment: later ones are left out, later ends are open. */
export function intervalsAsOf(intervals: readonly Interval[], asOfMs: number): readonly Interval[] {
  return intervals
    .filter(({ fromMs }) => fromMs <= asOfMs)
    .map(({ fromMs, toMs }) => ({ fromMs, toMs: toMs !== null && toMs <= asOfMs ? toMs : null }));
}

/** Conditions on a finding besides time. */
export function matchesFinding(finding: StoredFinding, query: FindingQuery): boolean {
  const { artifact, kinds, severities: levels, id, packageName, fixable, kev } = query;
  return (
    (artifact === undefined || finding.artifact === artifact) &&
    (kinds === undefined || kinds.includes(finding.kind)) &&
    (levels === undefined || levels.includes(finding.severity)) &&
    (id === undefined || finding.id === id) &&
    (packageName === undefined || finding.packageName === packageName) &&
    (fixable === undefined || (finding.fixedVersion !== '') === fixable) &&
    (kev === undefined || finding.kev === kev) &&
    matchesText(finding, query.text)
  );
}

function matchesText(finding: StoredFinding, text = ''): boolean {
  const wanted = text.trim().toLowerCase();
  return (
    wanted === '' ||
    [finding.id, finding.package, finding.packageName, finding.title, ...finding.artifactNames].some(
      (candidate) => candidate.toLowerCase().includes(wanted),
    )
  );
}

/** A page of findings in their order. Throws AppError 'query.invalid' for a limit or a cursor that cannot be. */
export function pageOfFindings(
  findings: readonly StoredFinding[],
  limit: number,
  cursor: string | undefined,
): { findings: StoredFinding[]; cursor: string | null } {
  checkLimit(limit);
  const after = parseFindingCursor(cursor);
  const left = findings
    .map((finding) => ({ finding, key: findingKey(finding) }))
    .filter(({ key }) => after === null || compareKeys(after, key) < 0)
    .sort((a, b) => compareKeys(a.key, b.key));
  const page = left.slice(0, limit);
  const last = page.at(-1);
  return {
    findings: page.map(({ finding }) => finding),
    cursor: left.length > limit && last !== undefined ? findingCursor(last.key) : null,
  };
}

/** The most frequent values of each facet. Throws AppError 'query.invalid' for a limit that cannot be. */
export function facetsOfFindings(
  findings: readonly StoredFinding[],
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

function facetValue(finding: StoredFinding, facet: FindingFacet): string {
  return facet === 'fixable' ? String(finding.fixedVersion !== '') : String(finding[facet]);
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

/** The acceptance of a finding that holds at a moment and ends last. */
export function acceptanceOf(
  finding: Finding & { readonly artifact: string },
  acceptances: readonly Acceptance[],
  atMs: number,
): StoredFinding['accepted'] {
  let best: Acceptance | null = null;
  for (const each of acceptances) {
    if (
      each.findingId === finding.id &&
      (each.artifact === null || each.artifact === finding.artifact) &&
      (each.packageName === null || each.packageName === finding.packageName) &&
      (each.untilMs === null || each.untilMs > atMs) &&
      (best === null || (best.untilMs !== null && (each.untilMs ?? Infinity) > best.untilMs))
    ) {
      best = each;
    }
  }
  return best === null ? null : { untilMs: best.untilMs, reason: best.reason, by: best.by };
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
