import {
  type AnalyzerContext,
  type ArtifactFile,
  defineAnalyzer,
  type FileTree,
  withOs,
} from '../analyzer.ts';
import { type DpkgPackage, dpkgDigests, dpkgFiles, dpkgPackages } from '../formats/dpkg/packages.ts';
import { known } from '../lib/known.ts';
import { baseName, isDirectlyIn } from '../lib/path.ts';
import { skipDamaged } from '../lib/skip-damaged.ts';
import type { Package, PackageList } from '../model/index.ts';

const folder = 'var/lib/dpkg/';
const statusFolder = `${folder}status.d/`;
const infoFolder = `${folder}info/`;
const available = `${folder}available`;

export const analyzer = defineAnalyzer({
  id: 'dpkg',
  revision: 1,
  doc: 'Packages of Debian and what derives from it, with their files.',
  scope: 'tree',
  targets: withOs,
  scanners: ['vuln', 'license'],
  wants: ({ path }) => path.startsWith(folder) && isWanted(path),
  analyze(tree, context) {
    const digests = readDigests(tree, context);
    const files = readFiles(tree, context);
    const lists = tree.files.filter(isStatus).flatMap((file) => {
      const packages = skipDamaged(file, 'dpkg', context, () => readPackages(file, digests, files));
      return packages === null || packages.length === 0 ? [] : [{ filePath: file.path, packages }];
    });
    const packageLists = withDependencies(lists);
    const systemFiles = packageLists.flatMap(({ packages }) => packages).flatMap(filesOfDistribution);
    return packageLists.length === 0 && files.size === 0
      ? null
      : known({
          packageLists,
          systemFiles: packageLists.length === 0 ? [...files.values()].flat() : systemFiles,
        });
  },
});

function isWanted(path: string): boolean {
  return isStatus({ path }) || path === available || isSums(path);
}

function isStatus({ path }: { path: string }): boolean {
  return path === `${folder}status` || (isDirectlyIn(path, statusFolder) && !isSums(path));
}

function isSums(path: string): boolean {
  return path.endsWith('.md5sums') && (isDirectlyIn(path, infoFolder) || isDirectlyIn(path, statusFolder));
}

function readDigests(tree: FileTree, context: AnalyzerContext): ReadonlyMap<string, string> {
  const file = tree.get(available);
  return (
    (file && skipDamaged(file, 'dpkg', context, () => dpkgDigests(file.text()))) ?? new Map<string, string>()
  );
}

/** Files by `package` or `package:architecture`. */
function readFiles(tree: FileTree, context: AnalyzerContext): ReadonlyMap<string, readonly string[]> {
  const files = new Map<string, readonly string[]>();
  for (const file of tree.files) {
    const list = isSums(file.path) ? skipDamaged(file, 'dpkg', context, () => dpkgFiles(file.text())) : null;
    if (list !== null) {
      files.set(baseName(file.path).slice(0, -'.md5sums'.length), list);
    }
  }
  return files;
}

/** A package that is installed for several architectures is one, with the files of all. */
function readPackages(
  file: ArtifactFile,
  digests: ReadonlyMap<string, string>,
  files: ReadonlyMap<string, readonly string[]>,
): DpkgPackage[] {
  const packages = new Map<string, { found: DpkgPackage; lists: Set<readonly string[]> }>();
  for (const found of dpkgPackages(file.text())) {
    const list = files.get(`${found.name}:${found.arch ?? ''}`) ?? files.get(found.name);
    const one = packages.get(found.id) ?? { found, lists: new Set() };
    packages.set(found.id, one);
    if (list !== undefined) {
      one.lists.add(list);
    }
  }
  return Array.from(packages.values(), ({ found, lists }) =>
    known<DpkgPackage>({
      ...found,
      digest: digests.get(found.id),
      installedFiles: [...new Set([...lists].flat())],
    }),
  );
}

/** Names of dependencies become the ids of installed packages; the others are left out. */
function withDependencies(
  lists: readonly { filePath: string; packages: readonly DpkgPackage[] }[],
): PackageList[] {
  const ids = new Map(lists.flatMap(({ packages }) => packages).map(({ name, id }) => [name, id]));
  return lists.map(({ filePath, packages }) => ({
    filePath,
    packages: packages.map((one) =>
      known<Package>({ ...one, dependsOn: one.dependsOn?.flatMap((name) => ids.get(name) ?? []).sort() }),
    ),
  }));
}

/** What third parties installed is not the distribution's: language packages in there are still reported. */
function filesOfDistribution({ repositoryClass, installedFiles = [] }: Package): readonly string[] {
  return repositoryClass === 'official' ? installedFiles : [];
}
