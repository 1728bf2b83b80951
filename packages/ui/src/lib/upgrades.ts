export interface Upgradable {
  readonly packageName: string;
  readonly fixedVersion: string;
}

export interface Upgrade {
  readonly name: string;
  /** The versions that mend them all, as their findings name them; the one named most often first. */
  readonly to: string;
  readonly findings: number;
}

/** The packages whose upgrade ends the most findings. */
export function upgradesOf(
  findings: readonly Upgradable[],
  most: number,
): { readonly packages: readonly Upgrade[]; readonly gone: number } {
  const byName = new Map<string, Map<string, number>>();
  for (const { packageName, fixedVersion } of findings) {
    if (packageName !== '' && fixedVersion !== '') {
      const versions = byName.get(packageName) ?? new Map<string, number>();
      versions.set(fixedVersion, (versions.get(fixedVersion) ?? 0) + 1);
      byName.set(packageName, versions);
    }
  }
  const packages = [...byName]
    .map(([name, versions]): Upgrade => {
      const sorted = [...versions].sort(([, a], [, b]) => b - a);
      let solved = 0;
      for (const [, times] of sorted) {
        solved += times;
      }
      const rest = sorted.length > 1 ? ` (${sorted.length} versions named)` : '';
      return { name, to: `${sorted[0]?.[0] ?? ''}${rest}`, findings: solved };
    })
    .sort((a, b) => b.findings - a.findings || a.name.localeCompare(b.name, 'en'))
    .slice(0, most);
  let gone = 0;
  for (const { findings: solved } of packages) {
    gone += solved;
  }
  return { packages, gone };
}
