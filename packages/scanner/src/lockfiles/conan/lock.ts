import { parseLocatedJson, type LocatedJson } from '../../lib/located-json.ts';
import { listOf, objectOf, stringOf, textsOf, isObject } from '../../lib/json.ts';
import { oneLine } from '../lines.ts';
import { mergePackages, type FoundPackage } from '../packages.ts';

/** conan.lock of Conan 1 (a graph with node 0 as the project) and of Conan 2 (a list). */
export function parseConanLock(text: string): FoundPackage[] {
  const document = parseLocatedJson(text);
  const top = objectOf(document.value);
  const nodes = objectOf(top['graph_lock'])['nodes'];
  return isObject(nodes) ? graphPackages(nodes, document) : listedPackages(top['requires'], document);
}

function graphPackages(nodes: Readonly<Record<string, unknown>>, { linesOf }: LocatedJson): FoundPackage[] {
  const direct = new Set(textsOf(objectOf(nodes['0'])['requires']));
  const references = new Map(
    Object.entries(nodes).map(([key, node]) => [key, parseReference(stringOf(objectOf(node)['ref']))]),
  );
  const packages: FoundPackage[] = [];
  for (const [key, node] of Object.entries(nodes)) {
    const reference = references.get(key);
    if (!reference) {
      continue;
    }
    const lines = linesOf(node);
    packages.push({
      ...reference,
      relationship: direct.has(key) ? 'direct' : 'indirect',
      locations: lines ? [lines] : [],
      dependsOn: textsOf(objectOf(node)['requires'])
        .map((needed) => references.get(needed)?.id)
        .filter((id) => id !== undefined),
    });
  }
  return mergePackages(packages);
}

function listedPackages(requires: unknown, { itemLine }: LocatedJson): FoundPackage[] {
  const list = listOf(requires);
  const packages: FoundPackage[] = [];
  for (const [i, text] of list.entries()) {
    const reference = parseReference(stringOf(text));
    if (reference) {
      packages.push({ ...reference, locations: [oneLine(itemLine(list, i) ?? 1)] });
    }
  }
  return mergePackages(packages);
}

/** `name/version@user/channel#revision%time` */
function parseReference(text: string): { id: string; name: string; version: string } | null {
  const [, name, version] = /^([^/@#]+)\/([^/@#]+)(?:[@#].*)?$/.exec(text) ?? [];
  return name && version ? { id: `${name}/${version}`, name, version } : null;
}
