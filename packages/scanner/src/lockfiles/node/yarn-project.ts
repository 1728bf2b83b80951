import type { Relationship } from '../../model/index.ts';
import { reachable } from '../graph.ts';
import { compareText, type FoundPackage, packageId } from '../packages.ts';
import { npmVersions } from '../versions.ts';
import type { NodeManifest } from './manifest.ts';
import type { YarnLock, YarnPackage } from './yarn-lock.ts';

/** A manifest of the project or of one of its workspaces. */
export interface ProjectManifest extends NodeManifest {
  /** From the top of what is scanned: the id of a manifest without a name or version. */
  readonly path: string;
}

/** How a package is needed, as far as it is known. */
interface Need {
  readonly relationship: Relationship;
  readonly dev: boolean;
}

/** Packages with how the manifests need them, and the manifests themselves. */
export function relateYarnPackages(
  lock: YarnLock,
  root: ProjectManifest,
  workspaces: readonly ProjectManifest[],
): FoundPackage[] {
  const resolveInLock = resolver(lock);
  const edges = new Map<string, readonly string[]>(lock.packages.map(({ id, dependsOn }) => [id, dependsOn]));
  const needs = new Map<string, Need>();
  const names = new Map<string, string>();
  const projects: YarnPackage[] = [];
  // What a manifest needs counts before the next one is looked at, which may need this one as a whole.
  for (const [i, manifest] of [root, ...workspaces].entries()) {
    const dependsOn: string[] = i === 0 ? workspaces.map(idOf) : [];
    const among = resolver({ packages: projects, ids: new Map() });
    const resolve: Resolve = (name, range) => [
      ...resolveInLock(name, range),
      ...among(name, range.replace(/^workspace:[~^]?$/, '*').replace(/^workspace:/, '')),
    ];
    for (const dev of [true, false]) {
      const direct = resolveAll(dev ? manifest.devDependencies : manifest.dependencies, resolve);
      need(direct, dev, edges, needs);
      for (const [id, name] of direct) {
        names.set(id, name);
        dependsOn.push(id);
      }
    }
    const { name, version } = manifest;
    const project = { id: idOf(manifest), name, version, dependsOn: dependsOn.sort(compareText) };
    projects.push(project);
    edges.set(project.id, project.dependsOn);
    needs.set(project.id, { relationship: i === 0 ? 'root' : 'workspace', dev: false });
  }
  const manifestIds = new Set(projects.map(({ id }) => id));
  return [
    ...projects.map((project, i) => ({ ...project, licenses: [root, ...workspaces][i]?.licenses })),
    ...lock.packages
      .filter(({ id }) => !manifestIds.has(id))
      .map((found) => ({ ...found, name: names.get(found.id) ?? found.name })),
  ].map((found): FoundPackage => ({ ...found, ...needs.get(found.id) }));
}

/** The last one that needs a package says how: what another manifest needs directly can be indirect here. */
function need(
  direct: ReadonlyMap<string, string>,
  dev: boolean,
  edges: ReadonlyMap<string, readonly string[]>,
  needs: Map<string, Need>,
): void {
  for (const id of reachable(direct.keys(), (one) => edges.get(one))) {
    const inProduct = needs.get(id)?.dev === false;
    needs.set(id, { relationship: direct.has(id) ? 'direct' : 'indirect', dev: dev && !inProduct });
  }
}

function idOf({ name, version, path }: ProjectManifest): string {
  return name === '' || version === '' ? path : packageId(name, version);
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
