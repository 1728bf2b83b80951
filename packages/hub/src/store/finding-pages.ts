import { AppError } from '@lanner/core';
import { checkLimit } from './check-query.ts';
import type { KnownFinding } from './finding-match.ts';
import type { FindingGroup } from './finding-store.ts';

export const severities = ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW', 'UNKNOWN'] as const;

type SortKey = readonly (string | number)[];

/** What is listed page by page, and in which order: keys are compared one part after another. */
interface Listing<T> {
  readonly keyOf: (item: T) => SortKey;
  /** Types of the parts, separated by commas. */
  readonly types: string;
}

const findings: Listing<KnownFinding> = {
  keyOf: ({ severity, kev, epss, kind, id, artifact, package: place }) => [
    severities.indexOf(severity),
    kev ? 0 : 1,
    -(epss ?? -1),
    id,
    kind,
    artifact,
    place,
  ],
  types: 'number,number,number,string,string,string,string',
};

const groups: Listing<FindingGroup> = {
  keyOf: ({ severities: counts, exploited, epss, key }) => [
    ...severities.map((severity) => -counts[severity]),
    -exploited,
    -(epss ?? -1),
    key,
  ],
  types: 'number,number,number,number,number,number,number,string',
};

interface Page<T> {
  readonly page: T[];
  readonly cursor: string | null;
}

/** The most severe first, then KEV, EPSS, id. Throws AppError 'query.invalid' for a limit or a cursor that cannot be. */
export function pageOfFindings<T extends KnownFinding>(
  items: readonly T[],
  limit: number,
  cursor: string | undefined,
): Page<T> {
  return pageOf(items, findings, limit, cursor);
}

/** Those with the most of the worst first. Throws as above. */
export function pageOfGroups(
  items: readonly FindingGroup[],
  limit: number,
  cursor: string | undefined,
): Page<FindingGroup> {
  return pageOf(items, groups, limit, cursor);
}

function pageOf<Item, T extends Item>(
  items: readonly T[],
  { keyOf, types }: Listing<Item>,
  limit: number,
  cursor: string | undefined,
): Page<T> {
  checkLimit(limit);
  const after = parseCursor(cursor, types);
  const left = items
    .map((item) => ({ item, key: keyOf(item) }))
    .filter(({ key }) => after === null || compareKeys(after, key) < 0)
    .sort((a, b) => compareKeys(a.key, b.key));
  const page = left.slice(0, limit);
  const last = page.at(-1);
  return {
    page: page.map(({ item }) => item),
    cursor: left.length > limit && last !== undefined ? cursorText(last.key) : null,
  };
}

function compareKeys(a: SortKey, b: SortKey): number {
  for (const [index, left] of a.entries()) {
    const right = b[index] as string | number;
    if (left !== right) {
      return left < right ? -1 : 1;
    }
  }
  return 0;
}

function cursorText(key: SortKey): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url');
}

/** Throws AppError 'query.invalid' for what `cursorText` did not give. */
function parseCursor(cursor: string | undefined, types: string): SortKey | null {
  if (cursor === undefined) {
    return null;
  }
  try {
    const key: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (Array.isArray(key) && key.map((part) => typeof part).join() === types) {
      return key as SortKey;
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
