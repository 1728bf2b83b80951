import {
  type AnalyzerContext,
  type ArtifactFile,
  defineAnalyzer,
  type FileTree,
  sources,
} from '../analyzer.ts';
import { globMatcher } from '../lib/glob.ts';
import { folderOf, isBelow, isNamed, joinPath } from '../lib/path.ts';
import { skipDamaged } from '../lib/skip-damaged.ts';
import { installedLicenses, isInstalledLicense } from '../lockfiles/node/licenses.ts';
import { parseNodeManifest } from '../lockfiles/node/manifest.ts';
import { isYarnCacheArchive, yarnCacheLicenses } from '../lockfiles/node/yarn-cache.ts';
import { parseYarnLock } from '../lockfiles/node/yarn-lock.ts';
import { type ProjectManifest, relateYarnPackages } from '../lockfiles/node/yarn-project.ts';
import { type FoundPackage, packageId } from '../lockfiles/packages.ts';
import { filesNamed, lockfileApplications } from '../lockfiles/tree.ts';

export const analyzer = defineAnalyzer({
  id: 'yarn',
  revision: 1,
  doc: 'JavaScript packages that yarn.lock names; package.json tells which are direct, what is installed the licences.',
  scope: 'tree',
  targets: sources,
  scanners: ['vuln', 'license'],
  wants: ({ path }, { classifyLicense }) =>
    (isNamed(path, 'yarn.lock') && !isBelow(path, 'node_modules') && !isBelow(path, '.yarn')) ||
    isNamed(path, 'package.json') ||
    isYarnCacheArchive(path) ||
    (classifyLicense !== undefined && isInstalledLicense(path)),
  analyze(tree, context) {
    const licensesIn = installedLicenses(tree, 'yarn', context);
    const cachesIn = yarnCacheLicenses(tree, context);
    const manifests = filesNamed(tree, 'package.json').filter(({ path }) => !isBelow(path, 'node_modules'));
    return lockfileApplications('yarn', filesNamed(tree, 'yarn.lock'), context, (file) => {
      const folder = folderOf(file.path);
      const licenses = new Map([...cachesIn(folder), ...licensesIn(folder)]);
      return packagesOf(file, tree, manifests, context).map((found) => ({
        ...found,
        licenses:
          licenses.get(packageId(found.name, found.version ?? '')) ??
          licenses.get(found.id ?? '') ??
          found.licenses,
      }));
    });
  },
});

function packagesOf(
  file: ArtifactFile,
  tree: FileTree,
  manifests: readonly ArtifactFile[],
  context: AnalyzerContext,
): readonly FoundPackage[] {
  const lock = parseYarnLock(file.text());
  const folder = folderOf(file.path);
  const rootFile = tree.get(joinPath(folder, 'package.json'));
  const root = rootFile && readManifest(rootFile, context);
  if (!root || lock.packages.length === 0) {
    return lock.packages;
  }
  // In the order of the patterns: what an earlier one is counts for the later ones.
  const members = new Set(
    root.workspaces.flatMap((pattern) => {
      const matches = globMatcher(joinPath(folder, pattern, 'package.json'));
      return manifests.filter(({ path }) => matches(path));
    }),
  );
  members.delete(rootFile);
  const workspaces = [...members].map((one) => readManifest(one, context)).filter((one) => one !== null);
  return relateYarnPackages(lock, root, workspaces);
}

function readManifest(file: ArtifactFile, context: AnalyzerContext): ProjectManifest | null {
  const manifest = skipDamaged(file, 'yarn', context, () => parseNodeManifest(file.text()));
  return manifest === null ? null : { ...manifest, path: file.path };
}
