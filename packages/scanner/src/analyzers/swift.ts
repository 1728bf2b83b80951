import { defineAnalyzer, sources } from '../analyzer.ts';
import { parseLocatedJson } from '../lib/located-json.ts';
import { baseName } from '../lib/path.ts';
import { listOf, objectOf, stringOf } from '../lib/json.ts';
import { lockfileApplication, mergePackages, packageId, type FoundPackage } from '../lockfiles/packages.ts';

export const analyzer = defineAnalyzer({
  id: 'swift',
  revision: 1,
  doc: 'Swift packages that Package.resolved pins.',
  scope: 'file',
  targets: sources,
  scanners: ['vuln', 'license'],
  wants: ({ path }) => baseName(path) === 'Package.resolved',
  analyze: (file) => lockfileApplication('swift', file.path, parsePackageResolved(file.text())),
});

/** Version 1 has the pins in `object` with a `repositoryURL`, later versions at the top with a `location`. */
function parsePackageResolved(text: string): FoundPackage[] {
  const { value: root, linesOf } = parseLocatedJson(text);
  const top = objectOf(root);
  const packages: FoundPackage[] = [];
  for (const entry of [...listOf(objectOf(top['object'])['pins']), ...listOf(top['pins'])]) {
    const pin = objectOf(entry);
    const name = repositoryName(stringOf(pin['repositoryURL']) || stringOf(pin['location']));
    const state = objectOf(pin['state']);
    // A pin on a branch has no version.
    const version = stringOf(state['version']) || stringOf(state['branch']);
    if (name !== '' && version !== '') {
      const lines = linesOf(entry);
      packages.push({ id: packageId(name, version), name, version, locations: lines ? [lines] : [] });
    }
  }
  return mergePackages(packages);
}

/** `https://github.com/owner/name.git` and `git@github.com:owner/name.git` are github.com/owner/name. */
function repositoryName(location: string): string {
  const ssh = /^(?:ssh:\/\/)?git@([^:/]+)[:/](.*)$/.exec(location);
  const path = ssh ? `${ssh[1] ?? ''}/${ssh[2] ?? ''}` : location.replace(/^https?:\/\//, '');
  return path.replace(/\.git$/, '');
}
