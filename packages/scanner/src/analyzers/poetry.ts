import { defineAnalyzer, sources } from '../analyzer.ts';
import { folderOf, isNamed, joinPath } from '../lib/path.ts';
import { skipDamaged } from '../lib/skip-damaged.ts';
import { reachable } from '../lockfiles/graph.ts';
import type { FoundPackage } from '../lockfiles/packages.ts';
import { normalizePythonName } from '../lockfiles/python/names.ts';
import { parsePoetryLock } from '../lockfiles/python/poetry-lock.ts';
import { parsePyproject, type PythonProject } from '../lockfiles/python/pyproject.ts';
import { filesNamed, lockfileApplications } from '../lockfiles/tree.ts';

export const analyzer = defineAnalyzer({
  id: 'poetry',
  revision: 1,
  doc: 'Python packages that poetry.lock names; pyproject.toml tells which are direct or for development.',
  scope: 'tree',
  targets: sources,
  scanners: ['vuln', 'license'],
  wants: ({ path }) => isNamed(path, 'poetry.lock') || isNamed(path, 'pyproject.toml'),
  analyze(tree, context) {
    return lockfileApplications('poetry', filesNamed(tree, 'poetry.lock'), context, (file) => {
      const packages = parsePoetryLock(file.text());
      const manifest = tree.get(joinPath(folderOf(file.path), 'pyproject.toml'));
      const project =
        manifest && skipDamaged(manifest, 'poetry', context, () => parsePyproject(manifest.text()));
      return project ? relate(packages, project) : packages;
    });
  },
});

function relate(packages: readonly FoundPackage[], { main, groups }: PythonProject): FoundPackage[] {
  const edges = new Map(packages.map(({ id, dependsOn }) => [id, dependsOn]));
  const namedIn = (names: ReadonlySet<string>): string[] =>
    packages.filter(({ name }) => names.has(normalizePythonName(name))).map(({ id = '' }) => id);
  const inProduct = reachable(namedIn(main), (id) => edges.get(id));
  const inGroups = reachable(namedIn(groups), (id) => edges.get(id));
  return packages
    .filter(({ id = '' }) => inProduct.has(id) || inGroups.has(id))
    .map((found) => {
      const name = normalizePythonName(found.name);
      return {
        ...found,
        dev: !inProduct.has(found.id ?? ''),
        relationship: main.has(name) || groups.has(name) ? 'direct' : 'indirect',
      };
    });
}
