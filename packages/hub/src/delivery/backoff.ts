import { AppError } from '@lanner/core';

const firstMs = 1000;
const longestMs = 300_000;

const mostPatientMs = 3_600_000;

/** The pause after so many failures in a row: it doubles up to five minutes, and is up to half shorter by chance. */
export function backoffMs(failures: number, random: number): number {
  const full = Math.min(longestMs, firstMs * 2 ** Math.min(failures - 1, 20));
  return Math.round(full * (1 - random / 2));
}

/** The pause that a destination asks for, when that is longer; an hour at most, whatever it asks. */
export function patienceMs(pauseMs: number, error: unknown): number {
  const asked = error instanceof AppError ? error.details['retryAfterMs'] : undefined;
  return typeof asked === 'number' ? Math.max(pauseMs, Math.min(asked, mostPatientMs)) : pauseMs;
}
