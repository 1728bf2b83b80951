import type { Log } from '@lanner/core';
import type { AdvisoryDatabase } from '../db/advisory-database.ts';
import type { Calendar, Distribution } from '../distribution.ts';
import { distributions } from '../distributions/registry.gen.ts';
import { endOfLife } from '../lib/end-of-life.ts';
import type { OsInfo, Package, Repository, Vulnerability } from '../model/index.ts';

/** The packages of an operating system. */
export interface OsPackages {
  readonly os: OsInfo;
  readonly packages: readonly Package[];
  readonly repository?: Repository;
  /** Leaves packages out; all of them still tell who built the system. */
  readonly only?: (pkg: Package) => boolean;
}

export interface OsMatchOptions {
  readonly database: AdvisoryDatabase;
  readonly calendar: Calendar;
  readonly log: Log;
}

/** The calendar with the dates that come with the program. */
export function calendarAt(now: Date): Calendar {
  return { now, endOfLife };
}

/** Families whose packages are matched. */
export const matchedFamilies: ReadonlySet<string> = new Set(
  distributions.filter(({ supplies }) => supplies === undefined).flatMap(({ families }) => families),
);

/**
 * Vulnerabilities in the packages of an operating system, without details (see `enrich`). null for families that have
 * no advisories. Throws AppError 'database.format' for a damaged database.
 */
export function matchOsPackages(
  { os, packages, repository, only = () => true }: OsPackages,
  { database, calendar, log }: OsMatchOptions,
): Vulnerability[] | null {
  const base = distributionOf(os.family);
  const distribution = supplierOf(os, packages) ?? base;
  if (distribution === undefined) {
    log.warn('no advisories for this operating system', { family: os.family });
    return null;
  }
  const input = {
    family: os.family,
    release: releaseOf(os),
    database,
    calendar,
    log,
    detectBase: (some: readonly Package[]) =>
      base?.detect({ ...input, packages: some, detectBase: () => [] }) ?? [],
  };
  return distribution.detect({
    ...input,
    packages: packages.filter((pkg) => only(pkg) && isMatched(pkg, distribution)),
    ...(repository === undefined ? {} : { repository }),
  });
}

/** Whether the release is past its end of life; one that is not known may be the latest and counts as supported. */
export function isPastEndOfLife(os: OsInfo, packages: readonly Package[], calendar: Calendar): boolean {
  const distribution = supplierOf(os, packages) ?? distributionOf(os.family);
  const lifetime = distribution?.lifetime(os.family, releaseOf(os), calendar) ?? null;
  const end = lifetime === null ? null : calendar.endOfLife(lifetime.table, lifetime.release);
  return end !== null && calendar.now >= end;
}

/** With a mark of extended maintenance, as advisories name it. */
export function releaseOf({ name = '', extended }: OsInfo): string {
  return extended === true ? `${name}-ESM` : name;
}

function distributionOf(family: string): Distribution | undefined {
  return distributions.find(({ families, supplies }) => supplies === undefined && families.includes(family));
}

function supplierOf(os: OsInfo, packages: readonly Package[]): Distribution | undefined {
  return distributions.find(({ supplies }) => supplies?.(os, packages));
}

/** The key of a repository has no version. Packages of third parties are not what the distribution speaks of. */
function isMatched(pkg: Package, { covers }: Distribution): boolean {
  return pkg.name !== 'gpg-pubkey' && (pkg.repositoryClass !== 'third-party' || covers?.(pkg) === true);
}
