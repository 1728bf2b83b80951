import { AppError } from '@lanner/core';
import type { Advisory } from '../db/records.ts';
import { defineDistribution, type DistributionInput } from '../distribution.ts';
import { isInRanges, rangeFinding } from '../lib/os-findings.ts';
import { sourceVersion } from '../lib/os-packages.ts';
import type { Package, Vulnerability } from '../model/index.ts';

/** Bucket and version scheme of what Seal Security builds for a family. */
const bases: Readonly<Record<string, { readonly bucket: string; readonly versions: string }>> = {
  alpine: { bucket: 'alpine', versions: 'apk' },
  'cbl-mariner': { bucket: 'Red Hat', versions: 'rpm' },
  centos: { bucket: 'Red Hat', versions: 'rpm' },
  debian: { bucket: 'debian', versions: 'deb' },
  oracle: { bucket: 'Red Hat', versions: 'rpm' },
  redhat: { bucket: 'Red Hat', versions: 'rpm' },
  ubuntu: { bucket: 'debian', versions: 'deb' },
};

export const distribution = defineDistribution({
  id: 'seal',
  doc: 'Systems with packages that Seal Security built; the others are matched as the distribution does.',
  families: Object.keys(bases),
  supplies: ({ family }, packages) => Object.hasOwn(bases, family) && packages.some(isSealed),
  covers: isSealed,
  lifetime: () => null,
  detect: (input) => [
    ...input.detectBase(input.packages.filter((pkg) => !isSealed(pkg))),
    ...input.packages.filter(isSealed).flatMap((pkg) => detectPackage(pkg, input)),
  ],
});

function isSealed({ name, srcName = '' }: Package): boolean {
  return [name, srcName].some((text) => text.toLowerCase().startsWith('seal-'));
}

function detectPackage(pkg: Package, { family, database }: DistributionInput): Vulnerability[] {
  const base = bases[family];
  if (base === undefined) {
    return [];
  }
  const release = elRelease((pkg.srcName === undefined ? pkg.release : pkg.srcRelease) ?? '');
  const isReleased = base.versions === 'rpm' && release !== '';
  const bucket = `seal ${base.bucket}${isReleased ? ` ${release}` : ''}`;
  return database
    .advisories(bucket, pkg.srcName ?? pkg.name)
    .flatMap(oneRangeEach)
    .filter(({ vulnerableVersions }) => isInRanges(base.versions, sourceVersion(pkg), vulnerableVersions))
    .map((advisory) => rangeFinding(pkg, advisory, advisory.dataSource?.baseId));
}

/** Each range has its own version that fixes it, so that a finding names the right one. */
function oneRangeEach(advisory: Advisory): Advisory[] {
  const { vulnerableVersions = [], patchedVersions = [] } = advisory;
  if (vulnerableVersions.length === 1) {
    return [advisory];
  }
  return vulnerableVersions.map((range, i) => {
    const fix = patchedVersions[i];
    if (fix === undefined || !range.includes(fix)) {
      throw new AppError(
        'database.format',
        `the advisory ${advisory.vulnerabilityId} has ranges without fixes`,
      );
    }
    return { ...advisory, vulnerableVersions: [range], patchedVersions: [fix] };
  });
}

/** `8` of 3.el8+sp1, `10` of 9.el10_0.1; empty when the release says none. */
function elRelease(release: string): string {
  const start = release.indexOf('el');
  return start < 0 ? '' : (/^[^_+]*/.exec(release.slice(start + 2))?.[0] ?? '');
}
