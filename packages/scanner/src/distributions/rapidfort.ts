import type { Advisory } from '../db/records.ts';
import { defineDistribution, type DistributionInput } from '../distribution.ts';
import { isInRanges, rangeFinding } from '../lib/os-findings.ts';
import { installedVersion, majorOf, minorOf, sourceVersion } from '../lib/os-packages.ts';
import type { Package, Vulnerability } from '../model/index.ts';

const schemes: Readonly<Record<string, string>> = { ubuntu: 'deb', alpine: 'apk', redhat: 'rpm' };

export const distribution = defineDistribution({
  id: 'rapidfort',
  doc: 'Images that RapidFort curates, by its own advisories and by who built each package.',
  families: Object.keys(schemes),
  supplies: ({ supplier, family }) => supplier === 'rapidfort' && Object.hasOwn(schemes, family),
  covers: () => true,
  lifetime: () => null,
  detect: (input) => input.packages.flatMap((pkg) => detectPackage(pkg, input)),
});

function detectPackage(pkg: Package, { family, release, database }: DistributionInput): Vulnerability[] {
  const version = sourceVersion(pkg) || installedVersion(pkg);
  const bucket = bucketOf(family, version, release);
  // Some records are kept under the binary package; those of the source package come first.
  const found = new Map<string, Advisory>();
  for (const name of new Set([pkg.srcName ?? pkg.name, pkg.name])) {
    for (const advisory of database.advisories(bucket, name)) {
      if (!found.has(advisory.vulnerabilityId)) {
        found.set(advisory.vulnerabilityId, advisory);
      }
    }
  }
  return [...found.values()]
    .filter(({ vulnerableVersions }) => isVulnerable(family, version, vulnerableVersions))
    .map((advisory) => rangeFinding(pkg, advisory, advisory.dataSource?.id));
}

function isVulnerable(family: string, version: string, ranges?: readonly string[]): boolean {
  return version !== '' && isInRanges(schemes[family] ?? 'deb', version, ranges, false);
}

/** Rebuilds of RapidFort belong to no release; packages of Red Hat and Fedora say theirs in their version. */
function bucketOf(family: string, version: string, release: string): string {
  if (family === 'ubuntu') {
    const isRebuilt = version.includes('+rf') || version.includes('rfubu');
    return isRebuilt ? 'rapidfort ubuntu' : `rapidfort ubuntu ${minorOf(release)}`;
  }
  if (family === 'alpine') {
    return `rapidfort alpine ${minorOf(release)}`;
  }
  const { tag, number } = distTag(version);
  switch (tag) {
    case 'fc':
      return `rapidfort fedora${number === '' ? '' : ` ${number}`}`;
    case 'rf':
      return 'rapidfort Red Hat';
    case 'el':
      return `rapidfort Red Hat${number === '' ? '' : ` ${number}`}`;
    default:
      return `rapidfort Red Hat ${majorOf(release)}`;
  }
}

/** `el` and `9` of 7.76.1-26.el9_3.3: the last one counts, as others may stand in the version itself. */
function distTag(version: string): { readonly tag: string; readonly number: string } {
  const [, tag = '', number = ''] = [...version.matchAll(/\.(el|fc|rf)(\d*)/g)].at(-1) ?? [];
  return { tag, number };
}
