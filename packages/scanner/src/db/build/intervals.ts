import { compareSemver, parseSemver, type Semver } from '../../lib/semver.ts';

/** Versions from `from` on (null: from the start) and below `to` (null: without end). */
export interface Interval {
  readonly from: string | null;
  readonly to: string | null;
}

/**
 * What cargo's requirements allow, as intervals of versions; null for one that cannot be written so. Requirements are
 * joined by commas; without an operator they mean `^`.
 */
export function intervalOf(requirement: string): Interval | null {
  let interval: Interval = { from: null, to: null };
  for (const comparison of requirement.split(',')) {
    const next = comparisonInterval(comparison.trim());
    if (next === null) {
      return null;
    }
    interval = { from: later(interval.from, next.from), to: earlier(interval.to, next.to) };
  }
  return interval;
}

function comparisonInterval(text: string): Interval | null {
  const [, operator = '', version = ''] = /^([<>=^~]*)\s*v?([0-9][0-9A-Za-z.+-]*)$/.exec(text) ?? [];
  const full = fullVersion(version);
  if (full === null) {
    return null;
  }
  switch (operator) {
    case '>=':
      return { from: full, to: null };
    case '>':
      return { from: successor(full), to: null };
    case '<':
      return { from: null, to: full };
    case '<=':
      return { from: null, to: successor(full) };
    case '=':
      return { from: full, to: successor(full) };
    case '~':
      return { from: full, to: raised(version, version.split('.').length > 1 ? 1 : 0) };
    case '':
    case '^':
      return { from: full, to: raised(version, firstNonZero(version)) };
    default:
      return null;
  }
}

/** What lies in none of the intervals, from the lowest on. */
export function complement(intervals: readonly Interval[]): Interval[] {
  const gaps: Interval[] = [];
  let end: string | null = null;
  for (const { from, to } of union(intervals)) {
    if (from !== null) {
      gaps.push({ from: end, to: from });
    }
    if (to === null) {
      return gaps;
    }
    end = to;
  }
  return [...gaps, { from: end, to: null }];
}

/** In ascending order, without overlaps. */
function union(intervals: readonly Interval[]): Interval[] {
  const merged: Interval[] = [];
  for (const next of intervals.toSorted((a, b) => compareStarts(a.from, b.from))) {
    const last = merged.at(-1);
    if (last === undefined || (last.to !== null && next.from !== null && compare(next.from, last.to) > 0)) {
      merged.push(next);
    } else {
      merged[merged.length - 1] = { from: last.from, to: laterEnd(last.to, next.to) };
    }
  }
  return merged;
}

function laterEnd(a: string | null, b: string | null): string | null {
  return a === null || b === null ? null : later(a, b);
}

/** With three numbers. */
function fullVersion(text: string): string | null {
  const [, numbers = '', tail = ''] = /^([0-9.]+)(.*)$/.exec(text) ?? [];
  const parts = numbers.split('.');
  while (parts.length < 3) {
    parts.push('0');
  }
  const full = `${parts.join('.')}${tail}`;
  return parseSemver(full) === null ? null : full;
}

/** The lowest version above another. */
function successor(version: string): string {
  const [release = '', prerelease] = version.replace(/\+.*$/, '').split(/-(.*)/s, 2);
  if (prerelease !== undefined) {
    return `${release}-${prerelease}.0`;
  }
  const [major = '0', minor = '0', patch = '0'] = release.split('.');
  return `${major}.${minor}.${Number(patch) + 1}-0`;
}

/** The first version behind those that have the same numbers up to `index`. */
function raised(text: string, index: number): string {
  const [numbers = ''] = /^[0-9.]+/.exec(text) ?? [];
  const parts = numbers.split('.').map(Number);
  return [0, 1, 2]
    .map((i) => (i < index ? (parts[i] ?? 0) : i === index ? (parts[i] ?? 0) + 1 : 0))
    .join('.');
}

function firstNonZero(text: string): number {
  const [numbers = ''] = /^[0-9.]+/.exec(text) ?? [];
  const parts = numbers.split('.').map(Number);
  const found = parts.findIndex((part) => part !== 0);
  return found < 0 ? parts.length - 1 : found;
}

function compareStarts(a: string | null, b: string | null): number {
  return a === null || b === null ? (a === b ? 0 : a === null ? -1 : 1) : compare(a, b);
}

function later(a: string | null, b: string | null): string | null {
  return a === null || b === null ? (a ?? b) : compare(a, b) > 0 ? a : b;
}

function earlier(a: string | null, b: string | null): string | null {
  return a === null || b === null ? (a ?? b) : compare(a, b) < 0 ? a : b;
}

function compare(a: string, b: string): number {
  return compareSemver(parsed(a), parsed(b));
}

/** Intervals only hold versions that were read once. */
function parsed(text: string): Semver {
  const version = parseSemver(text);
  if (version === null) {
    throw new RangeError(`no version: ${text}`);
  }
  return version;
}
