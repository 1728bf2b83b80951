import type { AnalyzerContext, ArtifactFile, FileTree } from '../../analyzer.ts';
import { ZipArchive } from '../../formats/zip/archive.ts';
import { isNamed } from '../../lib/path.ts';
import { skipDamaged } from '../../lib/skip-damaged.ts';
import { packageId } from '../packages.ts';
import type { LicensesById } from './licenses.ts';
import { parseNodeManifest } from './manifest.ts';

const cache = /^(?:(.*)\/)?\.yarn\/cache\/[^/]+\.zip$/;
const maxManifest = 1024 * 1024;

export function isYarnCacheArchive(path: string): boolean {
  return cache.test(path);
}

/** Licences of the packages that Yarn keeps as archives, by the folder that holds `.yarn`. */
export function yarnCacheLicenses(
  tree: FileTree,
  context: AnalyzerContext,
): (folder: string) => LicensesById {
  const archives = Map.groupBy(
    tree.files.filter(({ path }) => isYarnCacheArchive(path)),
    ({ path }) => cache.exec(path)?.[1] ?? '',
  );
  return (folder) => {
    const licenses = new Map<string, readonly string[]>();
    for (const file of archives.get(folder) ?? []) {
      const manifest = skipDamaged(file, 'yarn', context, () => manifestIn(file));
      if (manifest) {
        licenses.set(packageId(manifest.name, manifest.version), manifest.licenses);
      }
    }
    return licenses;
  };
}

/** The manifest of the package itself, which is the least deep one. */
function manifestIn(file: ArtifactFile): ReturnType<typeof parseNodeManifest> | null {
  const archive = new ZipArchive(file);
  for (const entry of archive.entries()) {
    if (
      isNamed(entry.name, 'package.json') &&
      /^node_modules\/(?:@[^/]+\/)?[^/]+\/package\.json$/.test(entry.name)
    ) {
      return parseNodeManifest(archive.read(entry, maxManifest).toString('utf8'));
    }
  }
  return null;
}
