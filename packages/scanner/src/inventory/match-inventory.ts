import type { Log } from '@lanner/core';
import type { AdvisoryDatabase } from '../db/advisory-database.ts';
import type { Calendar } from '../distribution.ts';
import { modularName } from '../lib/os-packages.ts';
import { advisoryName, matchApplication } from '../match/applications.ts';
import { matchOsPackages } from '../match/os-packages.ts';
import type { Package, Vulnerability } from '../model/index.ts';
import type { Inventory } from './inventory.ts';

export interface MatchOptions {
  readonly database: AdvisoryDatabase;
  readonly calendar: Calendar;
  readonly log: Log;
}

/** Vulnerabilities of one part of an artifact, without details (see `enrich`), in the order of packages and ids. */
export interface MatchedPart {
  /** `os`, or the type of the application. */
  readonly type: string;
  /** Path of the application; empty for the operating system and for types without one. */
  readonly filePath: string;
  readonly vulnerabilities: readonly Vulnerability[];
}

/** What was found before, and the names of packages on which advisories changed since. */
export interface EarlierMatch {
  readonly parts: readonly MatchedPart[];
  readonly changedNames: ReadonlySet<string>;
}

/**
 * The vulnerabilities of an inventory; parts without any are left out. With an earlier match only packages on which
 * advisories changed are matched. Throws AppError 'database.format'.
 */
export function matchInventory(
  inventory: Inventory,
  options: MatchOptions,
  earlier: EarlierMatch | null = null,
): MatchedPart[] {
  return [osPart(inventory, options, earlier), ...applicationParts(inventory, options, earlier)].filter(
    ({ vulnerabilities }) => vulnerabilities.length > 0,
  );
}

function osPart(inventory: Inventory, options: MatchOptions, earlier: EarlierMatch | null): MatchedPart {
  const { os, packages, repository } = inventory;
  const part = { type: 'os', filePath: '' };
  if (os === undefined || packages.length === 0) {
    return { ...part, vulnerabilities: [] };
  }
  const changed = changedPackages(packages, earlier, (pkg) => [
    pkg.name,
    pkg.srcName ?? pkg.name,
    modularName(pkg),
  ]);
  const subject = { os, packages, ...(repository === undefined ? {} : { repository }) };
  const found = matchOsPackages({ ...subject, only: ({ name }) => changed?.has(name) ?? true }, options);
  return { ...part, vulnerabilities: merged(part, found ?? [], changed, earlier) };
}

function applicationParts(
  { applications }: Inventory,
  options: MatchOptions,
  earlier: EarlierMatch | null,
): MatchedPart[] {
  return applications.map(({ type, filePath, packages }) => {
    const changed = changedPackages(packages, earlier, ({ name }) => [advisoryName(type, name)]);
    const some = changed === null ? packages : packages.filter(({ name }) => changed.has(name));
    const found = matchApplication({ type, filePath, packages: some }, options) ?? [];
    return { type, filePath, vulnerabilities: merged({ type, filePath }, found, changed, earlier) };
  });
}

/** Names of packages that have to be matched again; null: all. */
function changedPackages(
  packages: readonly Package[],
  earlier: EarlierMatch | null,
  namesOf: (pkg: Package) => readonly string[],
): ReadonlySet<string> | null {
  if (earlier === null) {
    return null;
  }
  const changed = packages.filter((pkg) => namesOf(pkg).some((name) => earlier.changedNames.has(name)));
  return new Set(changed.map(({ name }) => name));
}

/** What was found now, and before for the packages that were not matched again. */
function merged(
  { type, filePath }: { readonly type: string; readonly filePath: string },
  found: readonly Vulnerability[],
  changed: ReadonlySet<string> | null,
  earlier: EarlierMatch | null,
): Vulnerability[] {
  const before = earlier?.parts.find((part) => part.type === type && part.filePath === filePath);
  const kept = (before?.vulnerabilities ?? []).filter(({ pkgName }) => changed?.has(pkgName) === false);
  return [...kept, ...found].sort(compare);
}

function compare(a: Vulnerability, b: Vulnerability): number {
  return (
    order(a.pkgName, b.pkgName) ||
    order(a.installedVersion, b.installedVersion) ||
    order(a.pkgPath ?? '', b.pkgPath ?? '') ||
    order(a.vulnerabilityId, b.vulnerabilityId) ||
    order(a.fixedVersion ?? '', b.fixedVersion ?? '')
  );
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
