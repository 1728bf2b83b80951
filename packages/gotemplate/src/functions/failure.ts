import { AppError } from '@lanner/core';

/** What a template function throws when its arguments do not fit. */
export function failure(message: string): AppError {
  return new AppError('template.execution', message);
}

export function toText(value: unknown): string {
  if (typeof value !== 'string') {
    throw failure(`wrong type for value; expected string; got ${value === null ? '<nil>' : typeof value}`);
  }
  return value;
}

export function toList(value: unknown): readonly unknown[] {
  if (value === null || value === undefined) {
    return [];
  }
  if (!Array.isArray(value)) {
    throw failure(`wrong type for value; expected list; got ${typeof value}`);
  }
  return value;
}

/** A whole number from a number, a bigint or a decimal text; 0 when it is none, as the usual functions have it. */
export function toInteger(value: unknown): number {
  const number = Math.trunc(toNumber(value));
  return Number.isFinite(number) ? number : 0;
}

export function toNumber(value: unknown): number {
  if (typeof value === 'number') {
    return value;
  }
  const number =
    typeof value === 'bigint' || typeof value === 'boolean'
      ? Number(value)
      : Number.parseFloat(String(value));
  return Number.isNaN(number) ? 0 : number;
}
