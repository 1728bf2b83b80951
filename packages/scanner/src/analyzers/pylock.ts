import { defineAnalyzer, sources } from '../analyzer.ts';
import { baseName, folderOf, isNamed, joinPath } from '../lib/path.ts';
import { skipDamaged } from '../lib/skip-damaged.ts';
import { compareText, type FoundPackage, packageId } from '../lockfiles/packages.ts';
import { normalizePythonName } from '../lockfiles/python/names.ts';
import { parsePylock } from '../lockfiles/python/pylock.ts';
import { parsePyproject, type PythonProject } from '../lockfiles/python/pyproject.ts';
import { lockfileApplications } from '../lockfiles/tree.ts';

export const analyzer = defineAnalyzer({
  id: 'pylock',
  revision: 1,
  doc: 'Python packages that pylock.toml names; pyproject.toml beside it tells which are direct.',
  scope: 'tree',
  targets: sources,
  scanners: ['vuln', 'license'],
  wants: ({ path }) => isLock(path) || isNamed(path, 'pyproject.toml'),
  analyze(tree, context) {
    const locks = tree.files.filter(({ path }) => isLock(path));
    return lockfileApplications('pylock', locks, context, (file) => {
      const packages = parsePylock(file.text());
      const manifest = tree.get(joinPath(folderOf(file.path), 'pyproject.toml'));
      const project =
        manifest && skipDamaged(manifest, 'pylock', context, () => parsePyproject(manifest.text()));
      return project && packages.length > 0 ? relate(packages, project) : packages;
    });
  },
});

function isLock(path: string): boolean {
  return /^pylock(?:\.[^.]+)?\.toml$/.test(baseName(path));
}

function relate(packages: readonly FoundPackage[], project: PythonProject): FoundPackage[] {
  const isDirect = ({ name }: FoundPackage): boolean =>
    project.main.has(normalizePythonName(name)) || project.groups.has(normalizePythonName(name));
  const { name } = project;
  const root: FoundPackage = {
    id: name,
    name,
    relationship: 'root',
    dependsOn: packages
      .filter(isDirect)
      .map((found) => packageId(found.name, found.version ?? ''))
      .sort(compareText),
  };
  return [
    ...(name === '' ? [] : [root]),
    ...packages
      // Some tools list the project itself.
      .filter((found) => normalizePythonName(found.name) !== normalizePythonName(name))
      .map((found): FoundPackage => ({ ...found, relationship: isDirect(found) ? 'direct' : 'indirect' })),
  ];
}
