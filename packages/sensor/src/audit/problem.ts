import { AppError } from '@lanner/core';

/** Where an item stands in the input. */
export interface AuditPlace {
  /** From 1. */
  readonly line: number;
  /** Number within its list, from 1; absent for what stands alone. */
  readonly item?: number;
}

/** Why an item is skipped. A plain value, since hostile input can hold millions of them. */
export interface AuditProblem {
  readonly place: AuditPlace;
  readonly problem: string;
  readonly hint: string;
}

export function auditError({ place, problem, hint }: AuditProblem): AppError {
  const item = place.item === undefined ? '' : `, item ${place.item}`;
  return new AppError('audit.parse', `Line ${place.line}${item}: ${problem}`, {
    hint,
    details: { ...place },
  });
}

/** Bytes in the unit that fits, for messages. */
export function sizeText(bytes: number): string {
  return bytes >= 1024 * 1024 ? `${Math.round(bytes / 1024 / 1024)} MiB` : `${Math.round(bytes / 1024)} KiB`;
}
