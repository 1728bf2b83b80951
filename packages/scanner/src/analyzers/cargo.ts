import {
  type AnalyzerContext,
  type ArtifactFile,
  defineAnalyzer,
  type FileTree,
  sources,
} from '../analyzer.ts';
import { globMatcher } from '../lib/glob.ts';
import { folderOf, isNamed, joinPath } from '../lib/path.ts';
import { skipDamaged } from '../lib/skip-damaged.ts';
import { parseCargoLock } from '../lockfiles/cargo/lock.ts';
import { type CargoManifest, parseCargoManifest } from '../lockfiles/cargo/manifest.ts';
import { relateCrates } from '../lockfiles/cargo/project.ts';
import type { FoundPackage } from '../lockfiles/packages.ts';
import { filesNamed, lockfileApplications } from '../lockfiles/tree.ts';

export const analyzer = defineAnalyzer({
  id: 'cargo',
  revision: 1,
  doc: 'Rust crates that Cargo.lock names; Cargo.toml and those of workspace members tell which are direct.',
  scope: 'tree',
  targets: sources,
  scanners: ['vuln', 'license'],
  wants: ({ path }) => isNamed(path, 'Cargo.lock') || isNamed(path, 'Cargo.toml'),
  analyze(tree, context) {
    const manifests = filesNamed(tree, 'Cargo.toml');
    return lockfileApplications('cargo', filesNamed(tree, 'Cargo.lock'), context, (file) =>
      cratesOf(file, tree, manifests, context),
    );
  },
});

function cratesOf(
  file: ArtifactFile,
  tree: FileTree,
  manifests: readonly ArtifactFile[],
  context: AnalyzerContext,
): readonly FoundPackage[] {
  const crates = parseCargoLock(file.text());
  const folder = folderOf(file.path);
  const rootFile = tree.get(joinPath(folder, 'Cargo.toml'));
  const root = rootFile && read(rootFile, context);
  if (!rootFile || !root) {
    return crates;
  }
  const tests = root.workspace.members.map((pattern) => globMatcher(joinPath(folder, pattern, 'Cargo.toml')));
  const members = manifests
    .filter((one) => one !== rootFile && tests.some((matches) => matches(one.path)))
    .map((one) => read(one, context))
    .filter((one) => one !== null);
  return relateCrates(crates, root, members);
}

function read(file: ArtifactFile, context: AnalyzerContext): CargoManifest | null {
  return skipDamaged(file, 'cargo', context, () => parseCargoManifest(file.text()));
}
