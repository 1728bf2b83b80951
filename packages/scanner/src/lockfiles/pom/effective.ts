import { folderOf, joinPath } from '../../lib/path.ts';
import { type DeclaredRepository, mergeRepositories } from '../../maven/repository.ts';
import type { Coordinates, PomDependency, PomProject } from './project.ts';
import { type Evaluate, evaluator } from './variables.ts';

/** Where POMs are read from. A POM that is not there or cannot be read is null. */
export interface PomSources {
  /** A file beside the scanned one. */
  readonly file: (path: string) => PomProject | null;
  /** A file of the scanned tree as the user would name it. */
  readonly place: (path: string) => string;
  /** Repositories that POMs name are asked besides the usual ones. */
  readonly repository: (
    wanted: Coordinates,
    repositories: readonly DeclaredRepository[],
  ) => PomProject | null;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** A POM with what it inherits. Dependencies still have variables, filled in with the properties of this POM. */
export interface EffectivePom extends Coordinates {
  /** Empty for a POM of a repository. */
  readonly path: string;
  readonly licenses: readonly string[];
  readonly properties: ReadonlyMap<string, string>;
  readonly evaluate: Evaluate;
  readonly dependencies: readonly PomDependency[];
  readonly managed: readonly PomDependency[];
  readonly modules: readonly string[];
  /** Its own, those of who asked for it, and those of its parents. */
  readonly repositories: readonly DeclaredRepository[];
}

/** More parents than any project has. */
const maxParents = 50;

/** Puts together a POM and its parents. `asking` are the repositories of who asked for it. */
export function effectivePom(
  project: PomProject,
  path: string,
  sources: PomSources,
  asking: readonly DeclaredRepository[] = [],
  depth = 0,
): EffectivePom {
  const repositories = mergeRepositories(project.repositories, asking);
  const parent = depth < maxParents ? parentOf(project, path, sources, repositories, depth) : null;
  // A parent's version may have variables whose values only the parent knows.
  const groupId = project.groupId || parent?.groupId || project.parent?.groupId || '';
  const version = project.version || parent?.version || project.parent?.version || '';
  const properties = new Map([...(parent?.properties ?? []), ...project.properties]);
  const own = { groupId, artifactId: project.artifactId, version };
  setProjectProperties(properties, own, parent ?? project.parent);
  const evaluate = evaluator(properties, sources.env);
  const evaluated = evaluateCoordinates(own, evaluate);
  setProjectProperties(properties, evaluated, parent ?? project.parent);
  return {
    ...evaluated,
    path,
    licenses: project.licenses.length > 0 ? project.licenses : (parent?.licenses ?? []),
    properties,
    evaluate,
    dependencies: mergeByName(project.dependencies, withoutLines(parent?.dependencies ?? []), evaluate),
    managed: mergeByName(project.managed, parent?.managed ?? [], evaluate),
    modules: project.modules,
    repositories: mergeRepositories(repositories, parent?.repositories ?? []),
  };
}

function setProjectProperties(
  properties: Map<string, string>,
  { groupId, artifactId, version }: Coordinates,
  parent: Coordinates | null,
): void {
  for (const prefix of ['project.', 'pom.', '']) {
    for (const [key, value] of Object.entries({ groupId, artifactId, version })) {
      if (prefix !== '' || !properties.has(key)) {
        properties.set(`${prefix}${key}`, value);
      }
    }
  }
  for (const [key, value] of Object.entries(parent ?? {})) {
    if (typeof value === 'string' && ['groupId', 'artifactId', 'version'].includes(key)) {
      properties.set(`project.parent.${key}`, value);
    }
  }
}

/** The parent lies where the POM says, by default one folder up, or in a repository. */
function parentOf(
  { parent, properties }: PomProject,
  path: string,
  sources: PomSources,
  repositories: readonly DeclaredRepository[],
  depth: number,
): EffectivePom | null {
  if (parent === null) {
    return null;
  }
  const wanted = evaluateCoordinates(parent, evaluator(properties, sources.env));
  const places = path === '' || parent.relativePath === '' ? [] : relativePlaces(path, parent.relativePath);
  for (const place of places) {
    const project = place === path ? null : sources.file(place);
    if (project === null || project.artifactId !== wanted.artifactId) {
      continue;
    }
    const found = effectivePom(project, place, sources, repositories, depth + 1);
    if (isSame(found, wanted)) {
      return found;
    }
  }
  const project = sources.repository(wanted, repositories);
  return project === null ? null : effectivePom(project, '', sources, repositories, depth + 1);
}

function relativePlaces(path: string, relativePath: string | null): string[] {
  const place = joinPath(folderOf(path), relativePath ?? '../pom.xml');
  return place.endsWith('.xml') ? [place] : [joinPath(place, 'pom.xml'), place];
}

function isSame(found: Coordinates, wanted: Coordinates): boolean {
  return (
    found.groupId === wanted.groupId &&
    found.artifactId === wanted.artifactId &&
    (found.version === wanted.version || wanted.version === '')
  );
}

function evaluateCoordinates({ groupId, artifactId, version }: Coordinates, evaluate: Evaluate): Coordinates {
  return { groupId: evaluate(groupId), artifactId: evaluate(artifactId), version: evaluate(version) };
}

/** What stands first counts. */
export function mergeByName(
  first: readonly PomDependency[],
  second: readonly PomDependency[],
  evaluate: Evaluate,
): PomDependency[] {
  const merged = new Map<string, PomDependency>();
  for (const dependency of [...first, ...second]) {
    const imported = dependency.scope === 'import' ? `:${dependency.version}` : '';
    const key = `${evaluate(dependency.groupId)}:${evaluate(dependency.artifactId)}${imported}`;
    if (!merged.has(key)) {
      merged.set(key, dependency);
    }
  }
  return [...merged.values()];
}

function withoutLines(dependencies: readonly PomDependency[]): PomDependency[] {
  return dependencies.map((dependency) => {
    const { lines, ...rest } = dependency;
    return lines === undefined ? dependency : rest;
  });
}
