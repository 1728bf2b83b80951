import { type JsonObject, objectOf, stringOf } from '../../lib/json.ts';
import { type LocatedJson, parseLocatedJson } from '../../lib/located-json.ts';
import { joinPath } from '../../lib/path.ts';
import { compareText, type FoundPackage, mergePackages, packageId } from '../packages.ts';
import { licenseNames } from './manifest.ts';
import { linkedPackages } from './package-links.ts';

/** package-lock.json of versions 1 (nested), 2 and 3 (by path). Throws AppError 'artifact.parse'. */
export function parsePackageLock(text: string): FoundPackage[] {
  const document = parseLocatedJson(text);
  const top = objectOf(document.value);
  const found =
    top['lockfileVersion'] === 1 || top['packages'] === undefined
      ? nestedPackages(objectOf(top['dependencies']), null, document)
      : packagesByPath(objectOf(top['packages']), document);
  return mergePackages(found);
}

/** Versions that are seen from a place of the tree of version 1. */
interface Scope {
  readonly own: JsonObject;
  readonly outer: Scope | null;
}

function nestedPackages(own: JsonObject, outer: Scope | null, document: LocatedJson): FoundPackage[] {
  const scope: Scope = { own, outer };
  const packages: FoundPackage[] = [];
  for (const [name, value] of Object.entries(own)) {
    const entry = objectOf(value);
    const version = stringOf(entry['version']);
    const nested = objectOf(entry['dependencies']);
    const lines = document.linesOf(value);
    packages.push({
      id: packageId(name, version),
      name,
      version,
      dev: entry['dev'] === true,
      locations: lines ? [lines] : [],
      dependsOn: Object.keys(objectOf(entry['requires']))
        .map((needed) => resolveNested(needed, { own: nested, outer: scope }))
        .filter((id) => id !== null)
        .sort(compareText),
    });
    for (const inner of nestedPackages(nested, scope, document)) {
      packages.push(inner);
    }
  }
  return packages;
}

function resolveNested(name: string, inner: Scope): string | null {
  for (let scope: Scope | null = inner; scope !== null; scope = scope.outer) {
    if (Object.hasOwn(scope.own, name)) {
      return packageId(name, stringOf(objectOf(scope.own[name])['version']));
    }
  }
  return null;
}

const sections = ['dependencies', 'optionalDependencies', 'peerDependencies'];

function packagesByPath(entries: JsonObject, document: LocatedJson): FoundPackage[] {
  const { packages, direct } = linkedPackages(entries);
  const found: FoundPackage[] = [];
  for (const [path, entry] of packages) {
    if (!path.startsWith('node_modules/')) {
      continue;
    }
    const name = stringOf(entry['name']) || nameFromPath(path);
    const version = stringOf(entry['version']);
    const lines = document.linesOf(entry);
    found.push({
      id: packageId(name, version),
      name,
      version,
      dev: entry['dev'] === true,
      // Direct dependencies are never nested.
      relationship:
        path.lastIndexOf('node_modules/') === 0 && direct.has(nameFromPath(path)) ? 'direct' : 'indirect',
      licenses: licenseNames(entry['license']),
      locations: lines ? [lines] : [],
      dependsOn: sections
        .flatMap((section) => Object.keys(objectOf(entry[section])))
        .map((needed) => resolveByPath(path, needed, packages))
        .filter((id) => id !== null)
        .sort(compareText),
    });
  }
  return found;
}

/** `node_modules/a/node_modules/@b/c` → `@b/c` */
function nameFromPath(path: string): string {
  const last = path.lastIndexOf('node_modules/');
  return last === -1 ? path : path.slice(last + 'node_modules/'.length);
}

/** Node looks into the `node_modules` of the package itself, then of the folders above. */
function resolveByPath(path: string, name: string, packages: ReadonlyMap<string, JsonObject>): string | null {
  for (let folder: string | null = path; folder !== null; folder = above(folder)) {
    const entry = packages.get(joinPath(folder, 'node_modules', name));
    if (entry !== undefined) {
      return packageId(name, stringOf(entry['version']));
    }
  }
  return null;
}

/** The folder that holds the last `node_modules` of a path. */
function above(path: string): string | null {
  const last = `/${path}`.lastIndexOf('/node_modules/');
  return last === -1 ? null : path.slice(0, Math.max(0, last - 1));
}
