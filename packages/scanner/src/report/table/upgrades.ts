import type { Vulnerability } from '../../model/index.ts';

/** What one upgrade of one package would mend. */
export interface Upgrade {
  readonly pkgName: string;
  readonly installedVersion: string;
  readonly to: string;
  readonly fixes: number;
}

/** One upgrade for each package that has a fix, those that mend most first. */
export function upgradesFor(vulnerabilities: readonly Vulnerability[]): Upgrade[] {
  const byPackage = new Map<string, { versions: Map<string, number>; first: Vulnerability }>();
  for (const vulnerability of vulnerabilities) {
    const { pkgName, installedVersion, fixedVersion } = vulnerability;
    if (fixedVersion === undefined) {
      continue;
    }
    const key = JSON.stringify([pkgName, installedVersion]);
    const known = byPackage.get(key) ?? { versions: new Map<string, number>(), first: vulnerability };
    known.versions.set(fixedVersion, (known.versions.get(fixedVersion) ?? 0) + 1);
    byPackage.set(key, known);
  }
  return [...byPackage.values()]
    .map(({ versions, first }) => {
      let fixes = 0;
      for (const count of versions.values()) {
        fixes += count;
      }
      const { pkgName, installedVersion } = first;
      const needed = [...versions.keys()].map((fixed) => nearestFix(fixed, installedVersion));
      return { pkgName, installedVersion, to: needed.sort(compareVersions).at(-1) ?? '', fixes };
    })
    .sort((a, b) => b.fixes - a.fixes || (a.pkgName < b.pkgName ? -1 : 1));
}

/** Of several branches that have a fix, the one that is the smallest step from what is installed. */
function nearestFix(fixed: string, installed: string): string {
  const versions = fixed.split(/,\s*/);
  const above = versions.filter((version) => compareVersions(version, installed) > 0).sort(compareVersions);
  return above[0] ?? fixed;
}

/** By their numbers and words; good enough to choose between fixes of one package. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => version.match(/\d+|[a-zA-Z]+/g) ?? []);
  for (let i = 0; i < Math.max(left?.length ?? 0, right?.length ?? 0); i++) {
    const [x = '', y = ''] = [left?.[i], right?.[i]];
    const order = /^\d+$/.test(x) && /^\d+$/.test(y) ? Number(x) - Number(y) : x < y ? -1 : x > y ? 1 : 0;
    if (order !== 0) {
      return order;
    }
  }
  return 0;
}
