import type { Log } from '@lanner/core';
import type { AdvisoryDatabase } from '../db/advisory-database.ts';
import type { Advisory } from '../db/records.ts';
import type { Ecosystem } from '../ecosystem.ts';
import { ecosystems } from '../ecosystems/registry.gen.ts';
import { isAffected } from '../lib/affected.ts';
import { present } from '../lib/json.ts';
import { schemeById } from '../lib/os-findings.ts';
import type { Application, Package, Vulnerability } from '../model/index.ts';
import type { ConstraintOptions } from '../version-scheme.ts';

/**
 * Vulnerabilities in the packages of a language, without details (see `enrich`). null for types that have no
 * advisories, such as Conda. Throws AppError 'database.format' for a damaged database.
 */
export function matchApplication(
  { type, packages }: Application,
  { database, log }: { readonly database: AdvisoryDatabase; readonly log: Log },
): Vulnerability[] | null {
  const ecosystem = ecosystems.find(({ applications }) => applications.includes(type));
  if (ecosystem === undefined) {
    log.warn('no advisories for this type of application', { type });
    return null;
  }
  return packages.flatMap((pkg) => matchPackage(ecosystem, pkg, database));
}

function matchPackage(ecosystem: Ecosystem, pkg: Package, database: AdvisoryDatabase): Vulnerability[] {
  const { version } = pkg;
  if (version === undefined || version === '') {
    return [];
  }
  const scheme = schemeById(ecosystem.versions);
  const { advisories, options } = advisoriesOn(ecosystem, pkg.name, version, database);
  return advisories
    .filter((advisory) => isAffected(scheme, version, advisory, options))
    .map((advisory) =>
      present({
        vulnerabilityId: advisory.vulnerabilityId,
        vendorIds: advisory.vendorIds,
        pkgId: pkg.id,
        pkgName: pkg.name,
        pkgPath: pkg.filePath,
        pkgIdentifier: pkg.identifier,
        installedVersion: version,
        fixedVersion: fixedVersions(advisory),
        layer: pkg.layer,
        dataSource: advisory.dataSource,
        custom: advisory.custom,
      }),
    );
}

/** The name under which advisories on a package of an application are kept. */
export function advisoryName(applicationType: string, name: string): string {
  const ecosystem = ecosystems.find(({ applications }) => applications.includes(applicationType));
  return ecosystem?.normalizeName(name) ?? name;
}

/** Those of the supplier that built the package, else those of the ecosystem. */
function advisoriesOn(
  { bucket, normalizeName, seal, sealConstraints = {} }: Ecosystem,
  name: string,
  version: string,
  database: AdvisoryDatabase,
): { readonly advisories: readonly Advisory[]; readonly options: ConstraintOptions } {
  const normalized = normalizeName(name);
  const sealed = seal?.(normalized, version) ?? null;
  if (sealed !== null) {
    const advisories = database.advisoriesByPrefix(`seal ${bucket}::`, normalized);
    if (sealed === 'certain' || advisories.length > 0) {
      return { advisories, options: sealConstraints };
    }
  }
  return { advisories: database.advisoriesByPrefix(`${bucket}::`, normalized), options: {} };
}

/** The patched versions, or else where the vulnerable ranges end; undefined when there is no fix. */
function fixedVersions({ patchedVersions = [], vulnerableVersions = [] }: Advisory): string | undefined {
  const versions =
    patchedVersions.length > 0
      ? patchedVersions
      : vulnerableVersions
          .flatMap((range) => range.split(','))
          .map((comparison) => comparison.trim())
          .filter((comparison) => comparison.startsWith('<') && !comparison.startsWith('<='))
          .map((comparison) => comparison.slice(1).trim());
  const text = [...new Set(versions)].join(', ');
  return text === '' ? undefined : text;
}
