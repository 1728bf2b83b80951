import { defineAnalyzer, everywhere } from '../analyzer.ts';
import { isObject, type JsonObject, textOf } from '../lib/json.ts';
import { known } from '../lib/known.ts';
import { type LocatedJson, parseLocatedJson } from '../lib/located-json.ts';
import type { Package, Relationship } from '../model/index.ts';

export const analyzer = defineAnalyzer({
  id: 'dotnet-core',
  revision: 1,
  doc: 'Packages of .NET programs, from the file with their dependencies.',
  scope: 'file',
  targets: everywhere,
  scanners: ['vuln', 'license'],
  wants: ({ path }) => path.endsWith('.deps.json'),
  analyze(file) {
    const packages = packagesOf(parseLocatedJson(file.text()));
    return packages.length === 0
      ? null
      : { applications: [{ type: 'dotnet-core', filePath: file.path, packages }] };
  },
});

interface Library {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly isProject: boolean;
  readonly entry: object;
}

function packagesOf(document: LocatedJson): Package[] {
  const root = membersOf(document.value);
  const target = targetOf(root);
  const libraries = librariesOf(root, target);
  const ids = new Set(libraries.map(({ id }) => id));
  const rootId = rootProject(libraries, target);
  const direct = new Set(rootId === undefined ? [] : needsOf(target?.get(rootId)));
  return libraries.map((library) => {
    const lines = document.linesOf(library.entry);
    return known<Package>({
      ...{ id: library.id, name: library.name, version: library.version },
      relationship: relationshipOf(library, rootId, direct),
      dependsOn: needsOf(target?.get(library.id))
        .filter((id) => ids.has(id))
        .sort(),
      locations: lines === undefined ? [] : [lines],
    });
  });
}

/** What the program runs with, by id; null where the file does not say it: then everything in it counts. */
function targetOf(root: JsonObject): ReadonlyMap<string, JsonObject> | null {
  const name = textOf(membersOf(root['runtimeTarget'])['name']) ?? '';
  const target = membersOf(root['targets'])[name];
  return isObject(target)
    ? new Map(Object.entries(target).map(([key, library]) => [idOf(key), membersOf(library)]))
    : null;
}

/** Packages, projects and packs of the runtime that bring files the program runs with. */
function librariesOf(root: JsonObject, target: ReadonlyMap<string, JsonObject> | null): Library[] {
  return Object.entries(membersOf(root['libraries'])).flatMap(([key, entry]) => {
    const id = idOf(key);
    const [name = '', version] = id.split('/', 2);
    const type = isObject(entry) ? (textOf(entry['type']) ?? '').toLowerCase() : '';
    const isUsed = ['package', 'project', 'runtimepack'].includes(type) && hasFiles(target?.get(id));
    return isUsed && isObject(entry) && version !== undefined
      ? [{ id, name, version, isProject: type === 'project', entry }]
      : [];
  });
}

/** A library that the target does not name is not known to have none. */
function hasFiles(library: JsonObject | undefined): boolean {
  return (
    library === undefined ||
    ['runtime', 'runtimeTargets', 'native'].some((key) => Object.keys(membersOf(library[key])).length > 0)
  );
}

/** The only project that no other library needs. */
function rootProject(
  libraries: readonly Library[],
  target: ReadonlyMap<string, JsonObject> | null,
): string | undefined {
  const needed = new Set([...(target?.values() ?? [])].flatMap(needsOf));
  const roots = libraries.filter(({ isProject, id }) => isProject && !needed.has(id));
  return roots.length === 1 ? roots[0]?.id : undefined;
}

function relationshipOf(
  { id, isProject }: Library,
  rootId: string | undefined,
  direct: ReadonlySet<string>,
): Relationship | undefined {
  if (isProject) {
    return rootId === undefined ? undefined : id === rootId ? 'root' : 'workspace';
  }
  if (direct.size === 0) {
    return undefined;
  }
  return direct.has(id) ? 'direct' : 'indirect';
}

function needsOf(library: JsonObject | undefined): string[] {
  return Object.entries(membersOf(library?.['dependencies'])).map(([name, version]) =>
    idOf(`${name}/${typeof version === 'string' ? version : ''}`),
  );
}

/** Packs of the runtime go by the name that they have when installed on their own. */
function idOf(key: string): string {
  return key.replace(/^runtimepack\./, '');
}

function membersOf(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}
