import { AppError } from '@lanner/core';
import { itemsOfRanks } from '../lib/ranks.ts';
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

/** Where a page begins: behind what an earlier answer ended with, or behind so many from the first. */
export interface PageStart {
  readonly cursor?: string;
  readonly skip?: number;
}

interface Page<T> {
  readonly page: T[];
  /** How many lie before it; fewer than were asked for where there are no more, and 0 with a cursor. */
  readonly skipped: number;
  readonly cursor: string | null;
}

/** The most severe first, then KEV, EPSS, id. Throws AppError 'query.invalid' for a limit or a cursor that cannot be. */
export function pageOfFindings<T extends KnownFinding>(
  items: readonly T[],
  limit: number,
  start: PageStart,
): Page<T> {
  return pageOf(items, findings, limit, start);
}

/** Those with the most of the worst first. Throws as above. */
export function pageOfGroups(
  items: readonly FindingGroup[],
  limit: number,
  start: PageStart,
): Page<FindingGroup> {
  return pageOf(items, groups, limit, start);
}

function pageOf<Item, T extends Item>(
  items: readonly T[],
  { keyOf, types }: Listing<Item>,
  limit: number,
  { cursor, skip = 0 }: PageStart,
): Page<T> {
  checkLimit(limit);
  const after = parseCursor(cursor, types);
  const left: { readonly item: T; readonly key: SortKey }[] = [];
  for (const item of items) {
    const key = keyOf(item);
    if (after === null || compareKeys(after, key) < 0) {
      left.push({ item, key });
    }
  }
  // The last rows fill a page, so that whoever goes to the end sees more than one of them.
  const skipped = after === null ? Math.min(skip, Math.max(0, left.length - limit)) : 0;
  const page = itemsOfRanks(left, { from: skipped, to: skipped + limit }, (a, b) =>
    compareKeys(a.key, b.key),
  );
  const last = page.at(-1);
  return {
    page: page.map(({ item }) => item),
    skipped,
    cursor: left.length > skipped + limit && last !== undefined ? cursorText(last.key) : null,
  };
}

function compareKeys(a: SortKey, b: SortKey): number {
  // Keys of one listing are equally long. An iterator would take several times as long.
  for (let index = 0; index < a.length; index++) {
    const left = a[index] as string | number;
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
