import { AppError } from '@lanner/core';
import { advisoryOf, type Advisory } from '../db/records.ts';
import type { AdvisoryDatabase } from '../db/advisory-database.ts';
import { defineDistribution, type DistributionInput } from '../distribution.ts';
import { objectsOf, present, textOf } from '../lib/json.ts';
import { finding, printedVersion, schemeById } from '../lib/os-findings.ts';
import { installedVersion, majorOf, modularName } from '../lib/os-packages.ts';
import type { Package, Vulnerability } from '../model/index.ts';

/** Content sets of images that do not say where their packages come from. */
const defaultContentSets: Readonly<Record<string, readonly string[]>> = {
  6: ['rhel-6-server-rpms', 'rhel-6-server-extras-rpms'],
  7: ['rhel-7-server-rpms', 'rhel-7-server-extras-rpms'],
  8: ['rhel-8-for-x86_64-baseos-rpms', 'rhel-8-for-x86_64-appstream-rpms'],
  9: ['rhel-9-for-x86_64-baseos-rpms', 'rhel-9-for-x86_64-appstream-rpms'],
  10: ['rhel-10-for-x86_64-baseos-rpms', 'rhel-10-for-x86_64-appstream-rpms'],
};

export const distribution = defineDistribution({
  id: 'redhat',
  doc: 'Red Hat Enterprise Linux and CentOS, by binary packages, module streams, architectures and products.',
  families: ['redhat', 'centos'],
  lifetime: (family, release) => ({ table: family, release: majorOf(release) }),
  detect: (input) => {
    const contentSets = defaultContentSets[majorOf(input.release)] ?? [];
    return input.packages.flatMap((pkg) => detectPackage(pkg, contentSets, input));
  },
});

function detectPackage(
  pkg: Package,
  contentSets: readonly string[],
  { database }: DistributionInput,
): Vulnerability[] {
  const rpm = schemeById('rpm');
  const found: Vulnerability[] = [];
  for (const advisory of newestFixes(pkg, contentSets, database)) {
    const { fixedVersion } = advisory;
    const isFixed =
      fixedVersion !== undefined &&
      rpm.compare(rpm.parse(installedVersion(pkg)), rpm.parse(fixedVersion)) >= 0;
    if (!isFixed) {
      found.push(
        finding(pkg, advisory, {
          ...present({ vendorIds: advisory.vendorIds, status: advisory.status }),
          ...printedVersion('rpm', fixedVersion),
          severitySource: 'redhat',
          severity: advisory.severity ?? 'UNKNOWN',
        }),
      );
    }
  }
  return found.sort((a, b) => (a.vulnerabilityId < b.vulnerabilityId ? -1 : 1));
}

/** One advisory a vulnerability: that with the highest version that fixes it; a fix wins over none. */
function newestFixes(
  pkg: Package,
  contentSets: readonly string[],
  database: AdvisoryDatabase,
): Iterable<Advisory> {
  const rpm = schemeById('rpm');
  const products = productsOf(pkg, contentSets, database);
  const newest = new Map<string, Advisory>();
  for (const advisory of database.advisories('Red Hat', modularName(pkg)).flatMap(rows)) {
    const { arches = [], products: affected, ...row } = advisory;
    const fitsArch = arches.length === 0 || pkg.arch === 'noarch' || arches.includes(pkg.arch ?? '');
    if (!fitsArch || !affected.some((product) => products.has(product))) {
      continue;
    }
    const known = newest.get(row.vulnerabilityId);
    const isNewer =
      known === undefined ||
      rpm.compare(rpm.parse(known.fixedVersion ?? ''), rpm.parse(row.fixedVersion ?? '')) < 0;
    if (isNewer) {
      newest.set(row.vulnerabilityId, row);
    }
  }
  return newest.values();
}

/** Throws AppError 'database.format' when the database knows none of the products: nothing could be found then. */
function productsOf(
  { buildInfo }: Package,
  contentSets: readonly string[],
  database: AdvisoryDatabase,
): ReadonlySet<number> {
  const sets = buildInfo === undefined ? contentSets : (buildInfo.contentSets ?? []);
  const products = new Set(
    // `__8` at the end only says for which major release a set is.
    sets.flatMap((set) => database.redHatProducts('repository', set.replace(/__\d+$/, ''))),
  );
  if (buildInfo !== undefined) {
    const image = `${buildInfo.nvr ?? ''}-${buildInfo.arch ?? ''}`;
    for (const product of database.redHatProducts('nvr', image)) {
      products.add(product);
    }
  }
  if (products.size === 0) {
    throw new AppError(
      'database.format',
      'the database has no products for the content sets of the packages',
      {
        hint: 'Update it with lanner db update; one that is built needs repository-to-cpe.json of Red Hat among its files.',
        details: { contentSets: sets },
      },
    );
  }
  return products;
}

type Row = Advisory & { readonly products: readonly number[] };

/** A record is about one CVE without a fix, or an erratum that fixes several. */
function rows({ vulnerabilityId, entries = [] }: Advisory): Row[] {
  const isErratum = !vulnerabilityId.startsWith('CVE-');
  return entries.flatMap((entry) => {
    const affected = entry['Affected'];
    const products = Array.isArray(affected) ? affected.filter((index) => typeof index === 'number') : [];
    return objectsOf(entry['Cves']).map((cve) => {
      const id = isErratum ? (textOf(cve['ID']) ?? vulnerabilityId) : vulnerabilityId;
      const advisory = advisoryOf(id, { ...entry, Severity: cve['Severity'] }, undefined);
      return { ...advisory, ...(isErratum ? { vendorIds: [vulnerabilityId] } : {}), products };
    });
  });
}
