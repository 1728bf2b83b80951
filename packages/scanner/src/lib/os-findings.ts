import type { Advisory } from '../db/records.ts';
import type { AdvisoryDatabase } from '../db/advisory-database.ts';
import type { DistributionInput } from '../distribution.ts';
import type { Package, Vulnerability } from '../model/index.ts';
import { type AnyVersionScheme } from '../version-scheme.ts';
import { versionSchemes } from '../versions/registry.gen.ts';
import { present } from './json.ts';
import { installedVersion } from './os-packages.ts';

/** How most distributions say what is vulnerable: the version that fixes it. */
export interface FixedVersionRules {
  /** Id of the version scheme. */
  readonly versions: string;
  readonly bucket: (input: DistributionInput) => string;
  /** The name that advisories are about; null leaves the package out. */
  readonly name: (pkg: Package) => string | null;
  /** The version that is compared. */
  readonly version: (pkg: Package) => string;
  /** Advisories that do not name a version that fixes them mean that every version is vulnerable. */
  readonly reportsUnfixed: boolean;
  /** Replaces the plain look-up: where one record stands for several architectures. */
  readonly advisories?: (
    database: AdvisoryDatabase,
    bucket: string,
    name: string,
    pkg: Package,
  ) => readonly Advisory[];
  /** Further conditions. */
  readonly applies?: (advisory: Advisory, pkg: Package) => boolean;
  /** What a finding says besides the usual. */
  readonly details?: (advisory: Advisory, pkg: Package) => Partial<Vulnerability>;
}

/** Finds vulnerabilities by the version that fixes them. */
export function detectByFixedVersion(
  rules: FixedVersionRules,
): (input: DistributionInput) => Vulnerability[] {
  return (input) => {
    const scheme = schemeById(rules.versions);
    const bucket = rules.bucket(input);
    const found: Vulnerability[] = [];
    for (const pkg of input.packages) {
      const name = rules.name(pkg);
      const installed = name === null ? null : scheme.parse(rules.version(pkg));
      if (name === null || installed === null) {
        input.log.debug('package not matched', { name: pkg.name, version: rules.version(pkg) });
        continue;
      }
      for (const advisory of lookUp(rules, input.database, bucket, name, pkg)) {
        if (isAffectedBelow(scheme, rules, advisory, installed) && (rules.applies?.(advisory, pkg) ?? true)) {
          found.push(finding(pkg, advisory, rules.details?.(advisory, pkg)));
        }
      }
    }
    return found;
  };
}

function lookUp(
  { advisories }: FixedVersionRules,
  database: AdvisoryDatabase,
  bucket: string,
  name: string,
  pkg: Package,
): readonly Advisory[] {
  return advisories?.(database, bucket, name, pkg) ?? database.advisories(bucket, name);
}

function isAffectedBelow(
  scheme: AnyVersionScheme,
  { reportsUnfixed }: FixedVersionRules,
  { fixedVersion, affectedVersion }: Advisory,
  installed: unknown,
): boolean {
  if (affectedVersion !== undefined) {
    const first = scheme.parse(affectedVersion);
    if (first === null || scheme.compare(first, installed) > 0) {
      return false;
    }
  }
  if (fixedVersion === undefined) {
    return reportsUnfixed;
  }
  const fixed = scheme.parse(fixedVersion);
  return fixed !== null && scheme.compare(installed, fixed) < 0;
}

/** A vulnerability of a package; `details` adds to it and replaces what it names. */
export function finding(
  pkg: Package,
  advisory: Advisory,
  details: Partial<Vulnerability> = {},
): Vulnerability {
  return {
    ...present({
      vulnerabilityId: advisory.vulnerabilityId,
      pkgId: pkg.id,
      pkgName: pkg.name,
      pkgIdentifier: pkg.identifier,
      installedVersion: installedVersion(pkg),
      fixedVersion: advisory.fixedVersion,
      layer: pkg.layer,
      dataSource: advisory.dataSource,
      custom: advisory.custom,
    }),
    ...details,
  };
}

/** A finding of an advisory that speaks of ranges: each names the version that ends it. */
export function rangeFinding(
  pkg: Package,
  advisory: Advisory,
  severitySource: string | undefined,
): Vulnerability {
  const { patchedVersions } = advisory;
  return finding(pkg, advisory, {
    ...(patchedVersions === undefined ? {} : { fixedVersion: patchedVersions.join(', ') }),
    ...vendorSeverity(advisory, severitySource),
  });
}

/** The severity that a vendor gives to the vulnerability in this package; nothing when it gives none. */
export function vendorSeverity(
  { severity }: Advisory,
  severitySource: string | undefined,
): Partial<Vulnerability> {
  return severity === undefined ? {} : present({ severity, severitySource });
}

/** A version as its scheme prints it. */
export function printedVersion(schemeId: string, text: string | undefined): Partial<Vulnerability> {
  if (text === undefined) {
    return {};
  }
  const scheme = schemeById(schemeId);
  const version = scheme.parse(text);
  return { fixedVersion: version === null ? text : scheme.print(version) };
}

/**
 * Whether a version satisfies one of the ranges of an advisory; every version does when there are none.
 * What cannot be read is passed over, or ends the search where `strict` is set.
 */
export function isInRanges(
  schemeId: string,
  version: string,
  ranges: readonly string[] = [],
  strict = true,
): boolean {
  if (ranges.length === 0) {
    return true;
  }
  const scheme = schemeById(schemeId);
  const installed = version === '' ? null : scheme.parse(version);
  if (installed === null) {
    return false;
  }
  for (const range of ranges) {
    const constraint = scheme.constraint(range);
    if (constraint === null && strict) {
      return false;
    }
    if (constraint?.admits(installed) === true) {
      return true;
    }
  }
  return false;
}

/** The scheme of an id; one that does not exist is a bug. */
export function schemeById(id: string): AnyVersionScheme {
  const scheme = versionSchemes.find((candidate) => candidate.id === id);
  if (scheme === undefined) {
    throw new RangeError(`no version scheme ${id}`);
  }
  return scheme;
}
