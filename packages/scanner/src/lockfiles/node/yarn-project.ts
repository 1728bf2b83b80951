import type { Relationship } from '../../model/index.ts';
import { reachable } from '../graph.ts';
import { compareText, type FoundPackage, packageId } from '../packages.ts';
import { npmVersions } from '../versions.ts';
import type { NodeManifest } from './manifest.ts';
import type { YarnLock, YarnPackage } from './yarn-lock.ts';

/** A manifest of the project or of one of its workspaces. */
export interface ProjectManifest extends NodeManifest {
  /** From the top of what is scanned: the id of a manifest without a name. */
  readonly path: string;
}

/** Packages that the manifests need, with the manifests themselves. What nothing needs is left out. */
export function relateYarnPackages(
  lock: YarnLock,
  root: ProjectManifest,
  workspaces: readonly ProjectManifest[],
): FoundPackage[] {
  const resolve = resolver(lock);
  const manifests = [root, ...workspaces].map((manifest) => ({
    manifest,
    production: resolveAll(manifest.dependencies, resolve),
    development: resolveAll(manifest.devDependencies, resolve),
  }));
  const production = new Map(manifests.flatMap((one) => [...one.production]));
  const development = new Map(manifests.flatMap((one) => [...one.development]));
  const edges = new Map(lock.packages.map(({ id, dependsOn }) => [id, dependsOn]));
  const inProduct = reachable(production.keys(), (id) => edges.get(id));
  const inDev = reachable(development.keys(), (id) => edges.get(id));
  const packages = lock.packages
    .filter(({ id }) => inProduct.has(id) || inDev.has(id))
    .map((found): FoundPackage => {
      const alias = production.get(found.id) ?? development.get(found.id);
      return {
        ...found,
        name: alias ?? found.name,
        dev: !inProduct.has(found.id),
        relationship: alias === undefined ? 'indirect' : 'direct',
      };
    });
  return [
    ...manifests.map(({ manifest, production: own, development: ownDev }, i) =>
      projectPackage(
        manifest,
        i === 0 ? 'root' : 'workspace',
        [...own.keys(), ...ownDev.keys(), ...(i === 0 ? workspaces.map(idOf) : [])].sort(compareText),
      ),
    ),
    ...packages,
  ];
}

function projectPackage(
  manifest: ProjectManifest,
  relationship: Relationship,
  dependsOn: readonly string[],
): FoundPackage {
  const { name, version, licenses } = manifest;
  return { id: idOf(manifest), name, version, licenses, relationship, dependsOn };
}

function idOf({ name, version, path }: ProjectManifest): string {
  return name === '' ? path : packageId(name, version);
}

type Resolve = (name: string, range: string) => readonly YarnPackage[];

/** Names as they are in the registry, by the ids that the lock file has under an alias. */
function resolveAll(wanted: ReadonlyMap<string, string>, resolve: Resolve): Map<string, string> {
  const resolved = new Map<string, string>();
  for (const [name, range] of wanted) {
    const target = /^npm:(@?[^@]+)/.exec(range)?.[1] ?? name;
    for (const { id } of resolve(name, range)) {
      resolved.set(id, target);
    }
  }
  return resolved;
}

/** What was asked for is in the lock file; where it is not in the same words, versions are compared. */
function resolver({ packages, ids }: YarnLock): Resolve {
  const byId = new Map(packages.map((found) => [found.id, found]));
  const byName = Map.groupBy(packages, ({ name }) => name);
  return (name, range) => {
    const plain = range.replace(/^npm:/, '');
    const exact = byId.get(ids.get(packageId(name, plain)) ?? '');
    if (exact !== undefined) {
      return [exact];
    }
    const wanted = plain.replace(/^@?[^@]+@/, '');
    return (byName.get(name) ?? []).filter(
      ({ version }) => npmVersions.firstIn(wanted, [version]) !== undefined,
    );
  };
}
