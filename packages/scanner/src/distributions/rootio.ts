import type { Advisory } from '../db/records.ts';
import { defineDistribution, type DistributionInput } from '../distribution.ts';
import { isInRanges, rangeFinding } from '../lib/os-findings.ts';
import { installedVersion, majorOf, minorOf, sourceVersion } from '../lib/os-packages.ts';

interface Base {
  readonly versions: string;
  /** The part of a release that advisories are kept by. */
  readonly release: (text: string) => string;
  /** Versions of packages that Root.io built. */
  readonly built: RegExp;
}

const bases: Readonly<Record<string, Base>> = {
  debian: { versions: 'deb', release: majorOf, built: /\.root\.io/ },
  ubuntu: { versions: 'deb', release: minorOf, built: /\.root\.io/ },
  alpine: { versions: 'apk', release: minorOf, built: /-r\d007\d/ },
};

export const distribution = defineDistribution({
  id: 'rootio',
  doc: 'Images with packages that Root.io patched: its advisories, and those of the distribution for the rest.',
  families: Object.keys(bases),
  supplies: ({ family }, packages) => {
    const base = Object.hasOwn(bases, family) ? bases[family] : undefined;
    return base !== undefined && packages.some((pkg) => base.built.test(installedVersion(pkg)));
  },
  lifetime: () => null,
  detect(input) {
    const base = bases[input.family];
    if (base === undefined) {
      return [];
    }
    return input.packages.flatMap((pkg) =>
      advisoriesOf(input, base.release(input.release), pkg.srcName ?? pkg.name)
        .filter(({ vulnerableVersions }) => isInRanges(base.versions, sourceVersion(pkg), vulnerableVersions))
        .map((advisory) => rangeFinding(pkg, advisory, advisory.dataSource?.id)),
    );
  },
});

/** What the distribution says, as ranges, replaced by what Root.io says of the same vulnerability. */
function advisoriesOf({ family, database }: DistributionInput, release: string, name: string): Advisory[] {
  const found = new Map<string, Advisory>();
  for (const { fixedVersion, ...advisory } of database.advisories(`${family} ${release}`, name)) {
    found.set(advisory.vulnerabilityId, {
      ...advisory,
      ...(fixedVersion === undefined
        ? {}
        : { vulnerableVersions: [`<${fixedVersion}`], patchedVersions: [fixedVersion] }),
    });
  }
  for (const advisory of database.advisories(`root.io ${family} ${release}`, name)) {
    found.set(advisory.vulnerabilityId, advisory);
  }
  return [...found.values()].sort((a, b) => (a.vulnerabilityId < b.vulnerabilityId ? -1 : 1));
}
