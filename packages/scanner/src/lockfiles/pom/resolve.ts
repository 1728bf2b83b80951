import { hashMap, hashText, printHash } from '../../artifacts/fnv.ts';
import { folderOf, joinPath } from '../../lib/path.ts';
import type { DeclaredRepository } from '../../maven/repository.ts';
import type { LineRange, Relationship } from '../../model/index.ts';
import { compareText, type FoundPackage } from '../packages.ts';
import { type EffectivePom, effectivePom, type PomSources } from './effective.ts';
import { evaluateDependency, type Managed, nameOf, resolveManaged } from './management.ts';
import type { Coordinates, PomDependency, PomProject } from './project.ts';

/** A library in the order in which Maven meets it. */
interface Artifact extends Coordinates {
  /** The version cannot be another: `[1.2]`. */
  readonly hard: boolean;
  readonly relationship: Relationship;
  readonly exclusions: readonly string[];
  readonly lines: LineRange | undefined;
  /** Where it may be besides the usual places. */
  readonly repositories: readonly DeclaredRepository[];
}

interface Resolved {
  readonly artifact: Artifact;
  readonly licenses: readonly string[];
  /** `group:artifact` */
  readonly needs: readonly string[];
}

/** More libraries and modules than real projects have. */
const maxArtifacts = 20_000;
const maxModules = 2000;

/** The project of a POM, its modules, and all that they need at run time; the nearest version counts, as in Maven. */
export function resolvePom(project: PomProject, path: string, sources: PomSources): FoundPackage[] {
  const modules = new Set<string>([path]);
  const open = [
    { project, path, relationship: 'root' as Relationship, asking: [] as readonly DeclaredRepository[] },
  ];
  const packages: FoundPackage[][] = [];
  const moduleIds: string[] = [];
  for (let next = open.shift(); next !== undefined; next = open.shift()) {
    const pom = effectivePom(next.project, next.path, sources, next.asking);
    const resolved = resolveProject(pom, next.relationship, sources);
    packages.push(resolved);
    if (next.relationship === 'workspace' && resolved[0]?.id !== undefined) {
      moduleIds.push(resolved[0].id);
    }
    for (const module of pom.modules) {
      const place = joinPath(folderOf(next.path), module.endsWith('.xml') ? module : `${module}/pom.xml`);
      const found = modules.has(place) || modules.size > maxModules ? null : sources.file(place);
      modules.add(place);
      if (found !== null) {
        open.push({ project: found, path: place, relationship: 'workspace', asking: pom.repositories });
      }
    }
  }
  return packages
    .flat()
    .map((found) =>
      found.relationship === 'root'
        ? { ...found, dependsOn: [...(found.dependsOn ?? []), ...moduleIds].sort(compareText) }
        : found,
    );
}

function resolveProject(pom: EffectivePom, relationship: Relationship, sources: PomSources): FoundPackage[] {
  const managed = resolveManaged(pom, sources);
  const root: Artifact = { ...pom, hard: false, relationship, exclusions: [], lines: undefined };
  const direct = dependenciesOf(pom, managed, null, root).map((artifact): Artifact => ({
    ...artifact,
    relationship: 'direct',
    // Lines are told of the POM that is looked at, not of its modules.
    lines: relationship === 'root' ? artifact.lines : undefined,
  }));
  const resolved = new Map<string, Resolved>([
    [nameOf(root), { artifact: root, licenses: pom.licenses, needs: direct.map(nameOf) }],
  ]);
  const queue = [...direct];
  for (let i = 0; i < queue.length && i < maxArtifacts; i++) {
    const artifact = queue[i];
    const known = artifact && resolved.get(nameOf(artifact));
    if (artifact === undefined || (known && (known.artifact.hard || !artifact.hard))) {
      continue;
    }
    const merged: Artifact = {
      ...artifact,
      relationship: known?.artifact.relationship ?? artifact.relationship,
      lines: known?.artifact.lines ?? artifact.lines,
    };
    const project = merged.version === '' ? null : sources.repository(merged, merged.repositories);
    const found = project === null ? null : effectivePom(project, '', sources, merged.repositories);
    const needs =
      found === null ? [] : dependenciesOf(found, resolveManaged(found, sources), managed, merged);
    resolved.set(nameOf(merged), {
      artifact: merged,
      licenses: found?.licenses ?? [],
      needs: needs.map(nameOf),
    });
    for (const needed of needs) {
      queue.push(needed);
    }
  }
  const isComplete = root.groupId !== '' && root.artifactId !== '' && root.version !== '';
  return [...resolved.values()]
    .filter(({ artifact }) => artifact !== root || isComplete)
    .map((one) => toFound(one, resolved, sources.place(pom.path)));
}

function toFound(
  { artifact, licenses, needs }: Resolved,
  resolved: ReadonlyMap<string, Resolved>,
  path: string,
): FoundPackage {
  const { relationship, version, lines } = artifact;
  return {
    id: pomId(artifact, path),
    name: nameOf(artifact),
    version,
    relationship,
    licenses,
    locations: lines ? [lines] : [],
    dependsOn: needs
      .map((name) => resolved.get(name)?.artifact)
      .filter((needed) => needed !== undefined)
      .filter((needed) => needed.version !== '')
      .map((needed) => pomId(needed, path))
      .sort(compareText),
  };
}

/** The same library can be in several modules, so that the POM is part of the id. */
function pomId(artifact: Coordinates, path: string): string {
  const name = artifact.version === '' ? nameOf(artifact) : `${nameOf(artifact)}:${artifact.version}`;
  const hash = hashMap([
    ['gav', hashText(name)],
    ['path', hashText(path)],
  ]);
  return `${name}::${printHash(hash).slice(0, 8)}`;
}

/** What a POM needs at run time. What the project manages counts before what the POM says. */
function dependenciesOf(
  pom: EffectivePom,
  managed: Managed,
  managedByProject: Managed | null,
  { exclusions }: Artifact,
): Artifact[] {
  const artifacts: Artifact[] = [];
  for (const raw of pom.dependencies) {
    const dependency = manage(evaluateDependency(raw, pom.evaluate), managed, managedByProject);
    const { scope, optional } = dependency;
    if (
      !['', 'compile', 'runtime'].includes(scope) ||
      optional === 'true' ||
      isExcluded(dependency, exclusions)
    ) {
      continue;
    }
    artifacts.push({
      ...wantedVersion(dependency),
      relationship: 'indirect',
      exclusions: [...exclusions, ...dependency.exclusions],
      lines: managedByProject === null ? dependency.lines : undefined,
      repositories: pom.repositories,
    });
  }
  return artifacts;
}

function manage(
  dependency: PomDependency,
  managed: Managed,
  managedByProject: Managed | null,
): PomDependency {
  const forced = managedByProject?.get(nameOf(dependency));
  const usual = managed.get(nameOf(dependency));
  const first = forced ?? usual;
  const ownScope = dependency.scope || (usual?.scope ?? '');
  return {
    ...dependency,
    version: forced?.version || dependency.version || (usual?.version ?? ''),
    // What a library needs for its tests, no project can need.
    scope: ownScope === 'test' ? ownScope : forced?.scope || ownScope,
    optional: dependency.optional || (first?.optional ?? ''),
    exclusions: [...dependency.exclusions, ...(forced?.exclusions ?? []), ...(usual?.exclusions ?? [])],
  };
}

function isExcluded({ groupId, artifactId }: Coordinates, exclusions: readonly string[]): boolean {
  return exclusions.some((exclusion) => {
    const [group = '', artifact = ''] = exclusion.split(':');
    return (group === '*' || group === groupId) && (artifact === '*' || artifact === artifactId);
  });
}

/** `[1.2]` is exactly that version; other ranges name none. */
function wantedVersion({ groupId, artifactId, version }: Coordinates): Coordinates & { hard: boolean } {
  const exact = /^\[([^,[\]()]*)\]$/.exec(version)?.[1];
  if (exact !== undefined) {
    return { groupId, artifactId, version: exact, hard: true };
  }
  return { groupId, artifactId, version: /[,()[\]]/.test(version) ? '' : version, hard: false };
}
