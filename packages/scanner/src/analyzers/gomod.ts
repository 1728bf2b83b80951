import {
  type AnalyzerContext,
  type ArtifactFile,
  defineAnalyzer,
  type FileTree,
  sources,
} from '../analyzer.ts';
import { baseName, folderOf, isBelow, isNamed, joinPath } from '../lib/path.ts';
import { isLicenseName, moduleCache, namesIn } from '../lockfiles/go/module-cache.ts';
import { goModules, goSumModules } from '../lockfiles/go/modules.ts';
import { compareText, type FoundPackage } from '../lockfiles/packages.ts';
import { filesNamed, lockfileApplications } from '../lockfiles/tree.ts';

export const analyzer = defineAnalyzer({
  id: 'gomod',
  revision: 2,
  doc: 'Go modules that go.mod (before Go 1.17 also go.sum) names; the module cache tells licences and what needs what.',
  scope: 'tree',
  targets: sources,
  scanners: ['vuln', 'license'],
  wants: ({ path }, { classifyLicense }) =>
    isNamed(path, 'go.mod') ||
    isNamed(path, 'go.sum') ||
    (classifyLicense !== undefined && isBelow(path, 'vendor') && isLicenseName(baseName(path))),
  analyze(tree, context) {
    const locks = filesNamed(tree, 'go.mod').filter(({ path }) => !isBelow(path, 'vendor'));
    const cached = moduleCache(context);
    return lockfileApplications('gomod', locks, context, (file) => {
      const { root, modules } = allModules(file, tree, context);
      const ids = new Map(modules.map(({ name, id }) => [name, id]));
      const vendored = vendoredLicenses(file, tree, context);
      const packages = modules.map((found) => {
        const local = cached(found);
        const needed = (local?.needs ?? []).map((path) => ids.get(path));
        const cachedLicenses = local?.licenses ?? [];
        return {
          ...found,
          licenses: cachedLicenses.length > 0 ? cachedLicenses : vendored(found.name),
          dependsOn: needed.filter((id) => id !== undefined),
        };
      });
      return root === null ? packages : [{ ...root, dependsOn: neededByRoot(packages) }, ...packages];
    });
  },
});

interface AllModules {
  readonly root: FoundPackage | null;
  readonly modules: readonly (FoundPackage & { readonly id: string })[];
}

function allModules(file: ArtifactFile, tree: FileTree, { comprehensive }: AnalyzerContext): AllModules {
  const { root, modules, needsGoSum } = goModules(file.text(), comprehensive);
  const sum = needsGoSum ? tree.get(joinPath(folderOf(file.path), 'go.sum')) : undefined;
  if (sum === undefined) {
    return { root, modules };
  }
  const known = new Set(modules.map(({ name }) => name));
  return { root, modules: [...modules, ...goSumModules(sum.text()).filter(({ name }) => !known.has(name))] };
}

/** Direct modules, then indirect ones of which is not known what needs them. */
function neededByRoot(packages: readonly (FoundPackage & { id: string })[]): string[] {
  const direct = packages.filter(({ relationship }) => relationship === 'direct').map(({ id }) => id);
  const needed = new Set([...direct, ...packages.flatMap(({ dependsOn = [] }) => dependsOn)]);
  const orphans = packages
    .filter(({ id }) => !needed.has(id))
    .toSorted((a, b) => compareText(a.name, b.name))
    .map(({ id }) => id);
  return [...direct.sort(compareText), ...orphans];
}

function vendoredLicenses(
  file: ArtifactFile,
  tree: FileTree,
  { classifyLicense }: AnalyzerContext,
): (module: string) => readonly string[] {
  const vendor = joinPath(folderOf(file.path), 'vendor');
  if (classifyLicense === undefined) {
    return () => [];
  }
  // In the order in which a walk over the folder meets them.
  const files = tree.files
    .filter(({ path }) => path.startsWith(`${vendor}/`) && isLicenseName(baseName(path)))
    .map((one) => ({ one, parts: one.path.split('/') }))
    .sort((a, b) => comparePaths(a.parts, b.parts));
  return (module) => {
    for (const { one } of files.filter(({ one: { path } }) => path.startsWith(`${vendor}/${module}/`))) {
      const names = namesIn(classifyLicense(one.text()));
      if (names.length > 0) {
        return names;
      }
    }
    return [];
  };
}

function comparePaths(a: readonly string[], b: readonly string[]): number {
  const at = a.findIndex((part, i) => part !== b[i]);
  return at < 0 ? a.length - b.length : compareText(a[at] ?? '', b[at] ?? '');
}
