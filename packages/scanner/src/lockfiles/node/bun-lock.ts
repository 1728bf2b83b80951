import { AppError } from '@lanner/core';
import { isObject, type JsonObject, listOf, objectOf, stringOf } from '../../lib/json.ts';
import { parseLocatedJson } from '../../lib/located-json.ts';
import { reachable } from '../graph.ts';
import { compareText, type FoundPackage, mergePackages, packageId } from '../packages.ts';

interface BunPackage {
  /** Key in the file: `name`, or `parent/name` for a version that only the parent sees. */
  readonly key: string;
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly isWorkspace: boolean;
  readonly needs: readonly string[];
  /** What whoever uses it has to have. */
  readonly peers: readonly string[];
  readonly entry: unknown;
}

/** bun.lock. Throws AppError 'artifact.parse'. */
export function parseBunLock(text: string): FoundPackage[] {
  const { value, linesOf } = parseLocatedJson(text, { lenient: true });
  const top = objectOf(value);
  if (typeof top['lockfileVersion'] !== 'number') {
    throw new AppError('artifact.parse', 'bun.lock has no version of its format');
  }
  const workspaces = objectOf(top['workspaces']);
  const packages = Object.entries(objectOf(top['packages'])).flatMap(([key, entry]) =>
    bunPackage(key, entry, workspaces),
  );
  const byKey = new Map(packages.map((found) => [found.key, found]));
  const all = Object.values(workspaces).map(objectOf);
  const production = directIds(all, ['dependencies', 'optionalDependencies', 'peerDependencies'], byKey);
  const development = directIds(all, ['devDependencies'], byKey);
  const edges = new Map(packages.map((found) => [found.id, resolveNeeds(found, found.needs, byKey)]));
  const peers = new Map(packages.map((found) => [found.id, resolveNeeds(found, found.peers, byKey)]));
  const workspaceIds = packages.filter(({ isWorkspace }) => isWorkspace).map(({ id }) => id);
  const used = reachable([...production, ...workspaceIds], (id) => [
    ...(edges.get(id) ?? []),
    ...(peers.get(id) ?? []),
  ]);
  return mergePackages(
    packages.map(({ id, name, version, isWorkspace, entry }) => {
      const lines = linesOf(entry);
      return {
        id,
        name,
        version,
        dev: !used.has(id),
        relationship: isWorkspace
          ? 'workspace'
          : production.has(id) || development.has(id)
            ? 'direct'
            : 'indirect',
        locations: lines ? [lines] : [],
        dependsOn: edges.get(id) ?? [],
      };
    }),
  );
}

/** An entry is `["name@version", registry, { dependencies }, digest]`; which parts are there depends on the source. */
function bunPackage(key: string, entry: unknown, workspaces: JsonObject): BunPackage[] {
  const parts = listOf(entry);
  const [, name = '', text = ''] = /^(.[^@]*)@(.*)$/s.exec(stringOf(parts[0])) ?? [];
  if (name === '') {
    return [];
  }
  const folder = text.startsWith('workspace:') ? text.slice('workspace:'.length) : null;
  const manifest = objectOf(folder === null ? parts.find(isObject) : workspaces[folder]);
  const version = folder === null ? text : stringOf(manifest['version']);
  const needed = (section: string): string[] => Object.keys(objectOf(manifest[section]));
  const needs = [...new Set([...needed('dependencies'), ...needed('optionalDependencies')])].sort(
    compareText,
  );
  const peers = needed('peerDependencies');
  const isWorkspace = folder !== null;
  return [{ key, id: packageId(name, version), name, version, isWorkspace, needs, peers, entry }];
}

function directIds(
  workspaces: readonly JsonObject[],
  sections: readonly string[],
  byKey: ReadonlyMap<string, BunPackage>,
): Set<string> {
  return new Set(
    workspaces
      .flatMap((workspace) => sections.flatMap((section) => Object.keys(objectOf(workspace[section]))))
      .map((name) => byKey.get(name)?.id)
      .filter((id) => id !== undefined),
  );
}

function resolveNeeds(
  { key }: BunPackage,
  needs: readonly string[],
  byKey: ReadonlyMap<string, BunPackage>,
): string[] {
  const places = visiblePlaces(key);
  return needs
    .map(
      (name) => places.map((place) => byKey.get(`${place}${name}`)).find((found) => found !== undefined)?.id,
    )
    .filter((id) => id !== undefined);
}

/** `a/@b/c` looks for `x` as `a/@b/c/x`, `a/x` and `x`. */
function visiblePlaces(key: string): string[] {
  const names = key.match(/@[^/]*\/[^/]+|[^/]+/g) ?? [];
  return [...names.keys(), names.length].map((count) =>
    names
      .slice(0, names.length - count)
      .map((name) => `${name}/`)
      .join(''),
  );
}
