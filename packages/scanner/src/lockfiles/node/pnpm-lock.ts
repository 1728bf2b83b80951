import { isObject, type JsonObject, objectOf, stringOf } from '../../lib/json.ts';
import { parseYamlDocuments } from '../../lib/structured-text.ts';
import { reachable } from '../graph.ts';
import { compareText, type FoundPackage, mergePackages, packageId } from '../packages.ts';
import { npmVersions } from '../versions.ts';

/** pnpm-lock.yaml of versions 5, 6 and 9. Throws AppError 'artifact.parse'. */
export function parsePnpmLock(text: string): FoundPackage[] {
  // Newer files begin with a document for pnpm itself; the project is the last one.
  const lock = objectOf(parseYamlDocuments(text).findLast(isObject));
  const version = Number(stringOf(lock['lockfileVersion']));
  return version >= 9 ? snapshotPackages(lock) : flatPackages(lock, Number.isNaN(version) ? 5 : version);
}

export interface PnpmKey {
  readonly name: string;
  readonly version: string;
}

/** Name and version in a key such as `/@scope/name/1.0.0_peer` (5), `/name@1.0.0(peer@1)` (6), `name@1.0.0` (9). */
export function parsePnpmKey(key: string, lockVersion: number): PnpmKey {
  // Up to version 8, what is in front of the first slash is the registry.
  const path = lockVersion < 9 ? key.slice(key.indexOf('/') + 1) : key;
  const plain = lockVersion < 6 ? path : withoutPeers(path);
  const split =
    lockVersion < 6
      ? plain.indexOf('/', plain.startsWith('@') ? plain.indexOf('/') + 1 : 0)
      : plain.indexOf('@', 1);
  if (split <= 0) {
    return { name: '', version: '' };
  }
  const version = plain.slice(split + 1);
  return {
    name: plain.slice(0, split),
    version: lockVersion < 6 ? (version.split('_', 1)[0] ?? '') : version,
  };
}

/** A version, or nothing where a file or address stands for one. */
export function pnpmVersion(text: string): string {
  return npmVersions.isVersion(text) ? text : '';
}

function withoutPeers(text: string): string {
  const peers = text.indexOf('(');
  return peers === -1 ? text : text.slice(0, peers);
}

/** Before version 9, a package says itself whether it is for development; these are left out. */
function flatPackages(lock: JsonObject, lockVersion: number): FoundPackage[] {
  const direct = new Set(
    [lock, ...Object.values(objectOf(lock['importers'])).map(objectOf)].flatMap((importer) =>
      ['dependencies', 'optionalDependencies'].flatMap((section) => Object.keys(objectOf(importer[section]))),
    ),
  );
  const packages: FoundPackage[] = [];
  for (const [key, value] of Object.entries(objectOf(lock['packages']))) {
    const entry = objectOf(value);
    const parsed = parsePnpmKey(key, lockVersion);
    const name = stringOf(entry['name']) || parsed.name;
    const version = stringOf(entry['version']) || pnpmVersion(parsed.version);
    if (entry['dev'] === 'true' || name === '') {
      continue;
    }
    packages.push({
      id: packageId(name, version),
      name,
      version,
      relationship: direct.has(name) ? 'direct' : 'indirect',
      dependsOn: Object.entries({
        ...objectOf(entry['optionalDependencies']),
        ...objectOf(entry['dependencies']),
      })
        .map(([needed, wanted]) => packageId(needed, plainVersion(stringOf(wanted), lockVersion)))
        .sort(compareText),
    });
  }
  const known = new Set(packages.map(({ id }) => id));
  return mergePackages(
    packages.map((found) => ({ ...found, dependsOn: found.dependsOn?.filter((id) => known.has(id)) })),
  );
}

function plainVersion(version: string, lockVersion: number): string {
  return lockVersion < 6 ? (version.split('_', 1)[0] ?? '') : withoutPeers(version);
}

/** From version 9, each combination of a package with its peers is a snapshot, and the importers tell all the rest. */
function snapshotPackages(lock: JsonObject): FoundPackage[] {
  const snapshots = objectOf(lock['snapshots']);
  const infos = objectOf(lock['packages']);
  const resolve = (name: string, version: string): string | null =>
    // An alias has the other name in its version.
    [`${name}@${version}`, version].find((key) => Object.hasOwn(snapshots, key)) ?? null;
  const importers = Object.values(objectOf(lock['importers'])).map(objectOf);
  const direct = (sections: readonly string[]): Set<string> =>
    new Set(
      importers
        .flatMap((importer) => sections.flatMap((section) => Object.entries(objectOf(importer[section]))))
        .map(([name, wanted]) => resolve(name, stringOf(objectOf(wanted)['version'])))
        .filter((id) => id !== null),
    );
  const production = direct(['dependencies', 'optionalDependencies']);
  const development = direct(['devDependencies']);
  // A version that is asked for directly counts as such with whichever peers it is combined.
  const plain = new Set([...production].map(withoutPeers));
  const plainDirect = new Set([...plain, ...[...development].map(withoutPeers)]);
  const edges = new Map(
    Object.entries(snapshots).map(([id, snapshot]) => [id, neededBy(objectOf(snapshot), resolve)]),
  );
  const used = reachable(
    Object.keys(snapshots).filter((id) => plain.has(withoutPeers(id))),
    (id) => edges.get(id),
  );
  const packages: FoundPackage[] = [];
  for (const [id, dependsOn] of edges) {
    const { name, version } = parsePnpmKey(id, 9);
    packages.push({
      id,
      name,
      version: stringOf(objectOf(infos[withoutPeers(id)])['version']) || pnpmVersion(version),
      dev: !used.has(id),
      relationship: plainDirect.has(withoutPeers(id)) ? 'direct' : 'indirect',
      dependsOn,
    });
  }
  return packages;
}

function neededBy(
  snapshot: JsonObject,
  resolve: (name: string, version: string) => string | null,
): readonly string[] {
  return Object.entries({
    ...objectOf(snapshot['optionalDependencies']),
    ...objectOf(snapshot['dependencies']),
  })
    .map(([name, version]) => resolve(name, stringOf(version)))
    .filter((id) => id !== null)
    .sort(compareText);
}
