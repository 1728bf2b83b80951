import { AppError } from '@lanner/core';
import type {
  FindingChangeKind,
  FindingFacet,
  FindingQuery,
  Interval,
  StoredFinding,
} from './finding-store.ts';

/** A finding without what only its own view shows. */
export type KnownFinding = Omit<StoredFinding, 'details'>;

/** What conditions are about. */
type Judged = Omit<KnownFinding, 'fixedMs'>;

/** One condition of a query besides time; the facet that it is about is counted without it. */
export interface FindingCondition {
  readonly facet: FindingFacet | null;
  /** Values of the facet that are asked for. */
  readonly values: readonly string[];
  readonly holds: (finding: Judged) => boolean;
}

/** The conditions that a query has. Throws AppError 'query.invalid' for one that cannot be meant. */
export function conditionsOf(query: FindingQuery): readonly FindingCondition[] {
  const {
    artifacts,
    kinds,
    severities,
    ids,
    packageNames,
    fixable,
    kev,
    accepted,
    minEpss,
    text = '',
  } = query;
  if (minEpss !== undefined && !(minEpss >= 0 && minEpss <= 1)) {
    throw new AppError('query.invalid', 'A probability lies between 0 and 1');
  }
  const wanted = text.trim().toLowerCase();
  return [
    ...anyOf('artifact', artifacts),
    ...anyOf('kind', kinds),
    ...anyOf('severity', severities),
    ...anyOf('id', ids),
    ...anyOf('packageName', packageNames),
    ...flag('fixable', fixable),
    ...flag('kev', kev),
    ...flag('accepted', accepted),
    ...(minEpss === undefined
      ? []
      : [{ facet: null, values: [], holds: ({ epss }: Judged) => (epss ?? -1) >= minEpss }]),
    ...(wanted === ''
      ? []
      : [{ facet: null, values: [], holds: (finding: Judged) => hasText(finding, wanted) }]),
  ];
}

function anyOf(facet: FindingFacet, values: readonly string[] | undefined): FindingCondition[] {
  if (values === undefined) {
    return [];
  }
  const wanted = new Set(values);
  return [{ facet, values, holds: (finding) => wanted.has(facetValue(finding, facet)) }];
}

function flag(facet: FindingFacet, value: boolean | undefined): FindingCondition[] {
  return value === undefined ? [] : anyOf(facet, [String(value)]);
}

function hasText(finding: Judged, wanted: string): boolean {
  return [finding.id, finding.package, finding.packageName, finding.title, ...finding.artifactNames].some(
    (candidate) => candidate.toLowerCase().includes(wanted),
  );
}

export function facetValue(finding: Judged, facet: FindingFacet): string {
  switch (facet) {
    case 'fixable':
      return String(finding.fixedVersion !== '');
    case 'accepted':
      return String(finding.accepted !== null);
    case 'kev':
      return String(finding.kev);
    default:
      return finding[facet];
  }
}

/** Whether something happened to a finding after one moment and until another. */
export function hasChanged(
  kind: FindingChangeKind,
  intervals: readonly Interval[],
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
): boolean {
  const isWithin = (ms: number): boolean => ms > fromMs && ms <= toMs;
  if (kind === 'new') {
    return isWithin(intervals[0]?.fromMs ?? NaN);
  }
  if (kind === 'reappeared') {
    return intervals.some((interval, index) => index > 0 && isWithin(interval.fromMs));
  }
  const last = intervals.findLast((interval) => interval.fromMs <= toMs);
  return last !== undefined && last.toMs !== null && isWithin(last.toMs);
}
