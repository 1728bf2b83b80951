import { parseLocatedJson } from '../../lib/located-json.ts';
import { objectOf, stringOf } from '../../lib/json.ts';
import { compareText, mergePackages, packageId, type FoundPackage } from '../packages.ts';

/** Packages of all target frameworks; projects of the same solution are not packages. */
export function parsePackagesLock(text: string): FoundPackage[] {
  const { value: root, linesOf } = parseLocatedJson(text);
  const packages: FoundPackage[] = [];
  for (const target of Object.values(objectOf(objectOf(root)['dependencies']))) {
    const entries = objectOf(target);
    for (const [name, value] of Object.entries(entries)) {
      const entry = objectOf(value);
      const version = stringOf(entry['resolved']);
      if (entry['type'] === 'Project') {
        continue;
      }
      const lines = linesOf(value);
      packages.push({
        id: packageId(name, version),
        name,
        version,
        relationship: entry['type'] === 'Direct' ? 'direct' : 'indirect',
        locations: lines ? [lines] : [],
        dependsOn: Object.keys(objectOf(entry['dependencies']))
          .map((needed) => packageId(needed, stringOf(objectOf(entries[needed])['resolved'])))
          .sort(compareText),
      });
    }
  }
  return mergePackages(packages);
}
