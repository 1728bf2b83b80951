import { fromWallTime, wallTime, type Zone } from './zone.ts';

const dayMs = 86_400_000;

/** Milliseconds; the end belongs to the next one. */
export interface WeekSpan {
  readonly fromMs: number;
  readonly toMs: number;
}

/** The week of ISO 8601 that clocks of a zone are in then, such as `2026-W05`. */
export function weekOf(ms: number, zone: Zone): string {
  const date = dateOf(wallTime(ms, zone).slice(0, 10));
  // A week is of the year in which its Thursday is.
  const thursday = date + (3 - dayOfWeek(date)) * dayMs;
  const year = new Date(thursday).getUTCFullYear();
  const number = Math.floor((thursday - Date.UTC(year, 0, 1)) / (7 * dayMs)) + 1;
  return `${year}-W${String(number).padStart(2, '0')}`;
}

/** From Monday to Monday, as clocks of a zone show it; null for what is no week. */
export function weekSpan(week: string, zone: Zone): WeekSpan | null {
  const monday = mondayOf(week);
  if (monday === null) {
    return null;
  }
  const [fromMs, toMs] = [monday, monday + 7 * dayMs].map((date) =>
    fromWallTime(`${textOf(date)}T00:00`, zone),
  );
  return typeof fromMs === 'number' && typeof toMs === 'number' ? { fromMs, toMs } : null;
}

/** The week so many weeks later, or earlier. */
export function weekBeside(week: string, weeks: number): string {
  const monday = mondayOf(week);
  return monday === null ? week : weekOf(monday + weeks * 7 * dayMs, 'utc');
}

/** In days of UTC, whatever zone is meant. */
function mondayOf(week: string): number | null {
  const [, year = '', number = ''] = /^(\d{4})-W(\d{2})$/.exec(week) ?? [];
  if (year === '') {
    return null;
  }
  // The fourth of January is in the first week.
  const fourth = Date.UTC(Number(year), 0, 4);
  const monday = fourth + (7 * (Number(number) - 1) - dayOfWeek(fourth)) * dayMs;
  return weekOf(monday, 'utc') === week ? monday : null;
}

/** 0 for Monday. */
function dayOfWeek(ms: number): number {
  return (new Date(ms).getUTCDay() + 6) % 7;
}

function dateOf(text: string): number {
  return Date.parse(`${text}T00:00:00Z`);
}

function textOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
