import { reachable } from '../graph.ts';
import { compareText, type FoundPackage, packageId } from '../packages.ts';
import type { CargoManifest } from './manifest.ts';
import { workspaceId } from './workspace-id.ts';

type LockedCrate = FoundPackage & { readonly id: string };

/** Crates that the project and the members of its workspace are built from; the others are left out. */
export function relateCrates(
  crates: readonly LockedCrate[],
  root: CargoManifest,
  members: readonly CargoManifest[],
): FoundPackage[] {
  const byId = new Map(crates.map((crate) => [crate.id, crate]));
  const idOf = ({ name, version = root.workspace.version }: CargoManifest): string =>
    packageId(name, version);
  const memberIds = members.map(idOf).filter((id) => byId.has(id));
  const own = new Set([...memberIds, ...(root.name === '' ? [] : [idOf(root)])]);
  const wanted = new Set([root, ...members].flatMap(({ dependencies }) => [...dependencies]));
  const direct = directIds(crates, own, wanted);
  // The lock file does not tell what only the tests of a member need that another one depends on.
  const needed = crates.filter(({ id, name }) => own.has(id) && wanted.has(name)).map(({ id }) => id);
  const reached = reachable([...direct, ...needed], (id) => byId.get(id)?.dependsOn);
  const related = crates
    .filter(({ id }) => own.has(id) || reached.has(id))
    .map((crate): FoundPackage => {
      if (own.has(crate.id)) {
        return {
          ...crate,
          relationship: memberIds.includes(crate.id) ? 'workspace' : 'root',
          // The lock file also names what only tests and build scripts need.
          dependsOn: (crate.dependsOn ?? []).filter((id) => own.has(id) || reached.has(id)),
        };
      }
      return { ...crate, relationship: direct.has(crate.id) ? 'direct' : 'indirect' };
    });
  return root.name === '' && memberIds.length > 0 ? [namelessRoot(root, memberIds), ...related] : related;
}

/** The lock file says which version of a wanted crate the project uses; without the project in it, all of that name. */
function directIds(
  crates: readonly LockedCrate[],
  own: ReadonlySet<string>,
  wanted: ReadonlySet<string>,
): Set<string> {
  const owned = crates.filter(({ id }) => own.has(id));
  const used = new Set(owned.flatMap(({ dependsOn = [] }) => dependsOn));
  return new Set(
    crates
      .filter(({ id, name }) => wanted.has(name) && !own.has(id) && (owned.length === 0 || used.has(id)))
      .map(({ id }) => id),
  );
}

/** A workspace without a package of its own is known by its hash. */
function namelessRoot({ workspace }: CargoManifest, memberIds: readonly string[]): FoundPackage {
  return {
    id: workspaceId(workspace),
    name: '',
    relationship: 'root',
    dependsOn: [...memberIds].sort(compareText),
  };
}
