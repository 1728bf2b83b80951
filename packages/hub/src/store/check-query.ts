import { type AlertQuery, priorityNames } from '@lanner/api';
import { AppError } from '@lanner/core';

/** Where a page ends: the next one begins with what is older. */
export interface AlertCursor {
  readonly timeUs: number;
  readonly position: number;
}

export const maxPage = 1000;
const maxBuckets = 2000;

export function cursorText({ timeUs, position }: AlertCursor): string {
  return `${timeUs}.${position}`;
}

/** Throws AppError 'query.invalid' for what `cursorText` did not give. */
export function parseCursor(cursor: string | undefined): AlertCursor | null {
  if (cursor === undefined) {
    return null;
  }
  const match = /^(-?\d{1,16})\.(\d{1,16})$/.exec(cursor);
  if (match === null) {
    throw new AppError('query.invalid', 'The cursor is not one that a search gave', {
      hint: 'Search without a cursor, and pass on the cursor of the answer.',
    });
  }
  return { timeUs: Number(match[1]), position: Number(match[2]) };
}

/** Throws AppError 'query.invalid' for a page of less than one or more than 1000. */
export function checkLimit(limit: number): void {
  if (!Number.isInteger(limit) || limit < 1 || limit > maxPage) {
    throw new AppError('query.invalid', `A limit of ${limit} is not possible`, {
      hint: `Ask for 1 to ${maxPage}.`,
    });
  }
}

/** Throws AppError 'query.invalid' for a query that cannot be meant. */
export function checkQuery({ fromUs, toUs, minPriority }: AlertQuery): void {
  if (Number.isNaN(fromUs) || Number.isNaN(toUs)) {
    throw new AppError('query.invalid', 'A time is not a number', { hint: 'Give microseconds.' });
  }
  if (minPriority !== undefined && !priorityNames.includes(minPriority)) {
    throw new AppError('query.invalid', `There is no priority ${JSON.stringify(minPriority)}`, {
      hint: `Priorities are ${priorityNames.join(', ')}.`,
    });
  }
}

/** Throws AppError 'query.invalid' for a histogram without both ends or with too many buckets. */
export function checkHistogram(
  { fromUs, toUs }: AlertQuery,
  buckets: number,
): { readonly fromUs: number; readonly toUs: number; readonly widthUs: number } {
  if (fromUs === undefined || toUs === undefined || !(toUs > fromUs)) {
    throw new AppError('query.invalid', 'A histogram needs a time to begin and a later one to end', {
      hint: 'Give both.',
    });
  }
  if (!Number.isInteger(buckets) || buckets < 1 || buckets > maxBuckets) {
    throw new AppError('query.invalid', `${buckets} buckets are not possible`, {
      hint: `Ask for 1 to ${maxBuckets}.`,
    });
  }
  return { fromUs, toUs, widthUs: (toUs - fromUs) / buckets };
}

/** The order of searches: newest first, and what came later first where times are the same. */
export function newerFirst(a: AlertCursor, b: AlertCursor): number {
  return b.timeUs - a.timeUs || b.position - a.position;
}

/** Most frequent first; by value where counts are the same. */
export function frequentFirst(
  a: { readonly value: string; readonly count: number },
  b: { readonly value: string; readonly count: number },
): number {
  return b.count - a.count || (a.value < b.value ? -1 : 1);
}

export function busiestFirst(
  a: { readonly rule: string; readonly count: number },
  b: { readonly rule: string; readonly count: number },
): number {
  return b.count - a.count || (a.rule < b.rule ? -1 : 1);
}
