import { objectsOf, textOf, textsOf } from '../../lib/json.ts';
import { known } from '../../lib/known.ts';
import type { LocatedJson } from '../../lib/located-json.ts';
import { splitLicenses } from '../../licenses/normalize.ts';
import type { Package } from '../../model/index.ts';

/** The packages in the list of composer.lock or installed.json, with their places and what they need. */
export function composerPackages(list: unknown, { linesOf }: LocatedJson): (Package & { id: string })[] {
  const found = objectsOf(list).flatMap((entry) => {
    const [name, version] = [textOf(entry['name']), textOf(entry['version'])];
    return name === undefined || version === undefined
      ? []
      : [{ entry, name, version, id: `${name}@${version}` }];
  });
  const ids = new Map(found.map(({ name, id }) => [name, id]));
  return found.map(({ entry, name, version, id }) => {
    const lines = linesOf(entry);
    const needed = Object.keys(Object(entry['require']) as object);
    return known<Package & { id: string }>({
      ...{ id, name, version },
      licenses:
        typeof entry['license'] === 'string' ? splitLicenses(entry['license']) : textsOf(entry['license']),
      // PHP itself and its extensions are no packages, so they have no ids.
      dependsOn: needed.flatMap((one) => ids.get(one) ?? []).sort(),
      locations: lines === undefined ? [] : [lines],
    });
  });
}
