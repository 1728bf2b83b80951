import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import {
  type Analyzer,
  type AnalyzerContext,
  analyzers,
  type ArtifactFile,
  type Contribution,
  type HostFiles,
} from '../../packages/scanner/src/index.ts';
import { artifactFile, fileTree, plainContext } from '../../packages/scanner/src/testkit/file.ts';
import { filesBelow } from './trivy-rows.ts';

export function analyzerOf(id: string): Analyzer {
  const found = analyzers.find((analyzer) => analyzer.id === id);
  if (found === undefined) {
    throw new Error(`no analyzer ${id}`);
  }
  return found;
}

/** Whether the analyzer asks for a file of that name. */
export function wants(id: string, path: string, mode = 0o644, size = 10): boolean {
  return analyzerOf(id).wants({ path, size, mode }, plainContext);
}

/** What an analyzer says about files; of several files that it looks at one by one, the last contribution. */
export function analyze(
  id: string,
  files: readonly ArtifactFile[],
  options: Partial<AnalyzerContext> = {},
): Contribution | null {
  const analyzer = analyzerOf(id);
  const context = { ...plainContext, target: analyzer.targets[0] ?? 'image', ...options };
  if (analyzer.scope === 'tree') {
    return analyzer.analyze(fileTree(files), context);
  }
  return files.map((file) => analyzer.analyze(file, context)).findLast((found) => found !== null) ?? null;
}

/** A file on disk under the path that it has in the artifact. */
export function fileOnDisk(disk: string, path: string): ArtifactFile {
  return artifactFile(path, readFileSync(disk), statSync(disk).mode & 0o777);
}

/** The files below a folder on disk that an analyzer asks for. */
export function treeOnDisk(id: string, folder: string): readonly ArtifactFile[] {
  return filesBelow(folder)
    .map((path) => fileOnDisk(join(folder, path), path))
    .filter((file) => analyzerOf(id).wants(file, plainContext));
}

/** Files of this machine as a local scan may read them; relative paths start at `folder`. */
export function hostFiles(folder: string, env: Readonly<Record<string, string>> = {}): HostFiles {
  const at = (path: string): string => resolve(folder, path);
  return {
    env,
    read: (path) => (existsSync(at(path)) && statSync(at(path)).isFile() ? readFileSync(at(path)) : null),
    list: (path) => (existsSync(at(path)) ? readdirSync(at(path)).sort() : []),
  };
}
