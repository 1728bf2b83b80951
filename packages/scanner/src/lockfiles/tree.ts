import type { AnalyzerContext, ArtifactFile, FileTree } from '../analyzer.ts';
import type { Application, Contribution } from '../model/index.ts';
import { isNamed } from '../lib/path.ts';
import { skipDamaged } from '../lib/skip-damaged.ts';
import { sortPackages, toPackage, type FoundPackage } from './packages.ts';

/** The applications of all lock files of a tree; a damaged one is named in the log and left out. */
export function lockfileApplications(
  type: string,
  files: readonly ArtifactFile[],
  context: AnalyzerContext,
  parse: (file: ArtifactFile) => readonly FoundPackage[],
): Contribution | null {
  const applications: Application[] = [];
  for (const file of files) {
    const packages = skipDamaged(file, type, context, () => parse(file)) ?? [];
    if (packages.length > 0) {
      applications.push({ type, filePath: file.path, packages: sortPackages(packages.map(toPackage)) });
    }
  }
  return applications.length === 0 ? null : { applications };
}

export function filesNamed(tree: FileTree, name: string): readonly ArtifactFile[] {
  return tree.files.filter(({ path }) => isNamed(path, name));
}
