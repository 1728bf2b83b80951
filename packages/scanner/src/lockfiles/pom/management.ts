import type { DeclaredRepository } from '../../maven/repository.ts';
import { type EffectivePom, effectivePom, type PomSources } from './effective.ts';
import type { PomDependency } from './project.ts';
import { evaluator } from './variables.ts';

/** Managed dependencies by `group:artifact`, their variables filled in. */
export type Managed = ReadonlyMap<string, PomDependency>;

/** Imports lead to imports. */
const maxImports = 200;

/** What a POM manages, with what it imports; its own entries count before imported ones. */
export function resolveManaged(pom: EffectivePom, sources: PomSources): Managed {
  const managed = new Map<string, PomDependency>();
  let imports = 0;
  function add(
    entries: readonly PomDependency[],
    properties: ReadonlyMap<string, string>,
    repositories: readonly DeclaredRepository[],
    seen: ReadonlySet<string>,
  ): void {
    const evaluate = evaluator(properties, sources.env);
    const evaluated = entries.map((entry) => evaluateDependency(entry, evaluate));
    for (const entry of evaluated) {
      if (entry.scope !== 'import' && !managed.has(nameOf(entry))) {
        managed.set(nameOf(entry), entry);
      }
    }
    for (const entry of evaluated) {
      const key = `${nameOf(entry)}:${entry.version}`;
      const project =
        entry.scope === 'import' && !seen.has(key) && ++imports <= maxImports
          ? sources.repository(entry, repositories)
          : null;
      if (project !== null) {
        const imported = effectivePom(project, '', sources, repositories);
        // Its own names are those of the imported POM.
        const names = new Map([...properties, ...imported.properties]);
        add(imported.managed, names, imported.repositories, new Set([...seen, key]));
      }
    }
  }
  add(pom.managed, pom.properties, pom.repositories, new Set());
  return managed;
}

export function nameOf({ groupId, artifactId }: { groupId: string; artifactId: string }): string {
  return `${groupId}:${artifactId}`;
}

export function evaluateDependency(
  dependency: PomDependency,
  evaluate: (text: string) => string,
): PomDependency {
  return {
    ...dependency,
    groupId: evaluate(dependency.groupId),
    artifactId: evaluate(dependency.artifactId),
    version: evaluate(dependency.version),
    scope: evaluate(dependency.scope),
    optional: evaluate(dependency.optional),
  };
}
