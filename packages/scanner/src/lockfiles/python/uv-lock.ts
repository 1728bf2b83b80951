import { AppError } from '@lanner/core';
import { type JsonObject, objectOf, objectsOf, stringOf } from '../../lib/json.ts';
import { parseToml } from '../../lib/structured-text.ts';
import { reachable } from '../graph.ts';
import { compareText, type FoundPackage, mergePackages, packageId } from '../packages.ts';

/** uv.lock: the project is the package whose source is the folder itself. Throws AppError 'artifact.parse'. */
export function parseUvLock(text: string): FoundPackage[] {
  const entries = objectsOf(parseToml(text)['package']);
  const roots = entries.filter(isRoot);
  const [root] = roots;
  if (root === undefined || roots.length > 1) {
    throw new AppError('artifact.parse', 'uv.lock must have exactly one package for the project itself');
  }
  const versions = new Map(entries.map((entry) => [stringOf(entry['name']), stringOf(entry['version'])]));
  const resolve = (needed: JsonObject): string => {
    const name = stringOf(needed['name']);
    return packageId(name, stringOf(needed['version']) || (versions.get(name) ?? ''));
  };
  const production = needs(root, ['dependencies', 'optional-dependencies']).map(resolve);
  const development = needs(root, ['dev-dependencies', 'dependency-groups']).map(resolve);
  const edges = new Map(
    entries.map((entry) => [
      idOf(entry),
      needs(entry, ['dependencies', 'optional-dependencies']).map(resolve),
    ]),
  );
  const inProduct = reachable(production, (id) => edges.get(id));
  const inDev = reachable(development, (id) => edges.get(id));
  const direct = new Set([...production, ...development]);
  const packages = entries
    .filter((entry) => entry !== root && (inProduct.has(idOf(entry)) || inDev.has(idOf(entry))))
    .map((entry): FoundPackage => {
      const id = idOf(entry);
      return {
        ...named(entry),
        relationship: direct.has(id) ? 'direct' : 'indirect',
        dev: !inProduct.has(id),
        dependsOn: (edges.get(id) ?? []).sort(compareText),
      };
    });
  return mergePackages([
    { ...named(root), relationship: 'root', dependsOn: [...direct].sort(compareText) },
    ...packages,
  ]);
}

function isRoot(entry: JsonObject): boolean {
  const source = objectOf(entry['source']);
  return source['virtual'] === '.' || source['editable'] === '.';
}

function named(entry: JsonObject): { id: string; name: string; version: string } {
  return { id: idOf(entry), name: stringOf(entry['name']), version: stringOf(entry['version']) };
}

function idOf(entry: JsonObject): string {
  return packageId(stringOf(entry['name']), stringOf(entry['version']));
}

/** Sections are lists, or tables of lists by extra or group. */
function needs(entry: JsonObject, sections: readonly string[]): JsonObject[] {
  return sections.flatMap((section) => {
    const value = entry[section];
    return Array.isArray(value) ? objectsOf(value) : Object.values(objectOf(value)).flatMap(objectsOf);
  });
}
