import type { AnalyzerContext, ArtifactFile, FileTree } from '../../analyzer.ts';
import { folderOf, isNamed, joinPath } from '../../lib/path.ts';
import { skipDamaged } from '../../lib/skip-damaged.ts';
import { packageId } from '../packages.ts';
import { parseNodeManifest } from './manifest.ts';

/** Licences by `name@version`. */
export type LicensesById = ReadonlyMap<string, readonly string[]>;

/** Files that a package has its licence in when package.json does not name one. */
const licenseFile = /(?:^|\/)(?:license|licence|copying)(?:\.(?:md|txt))?$/i;

export function isInstalledManifest(path: string): boolean {
  return isNamed(path, 'package.json') && /(?:^|\/)node_modules\//.test(path);
}

export function isInstalledLicense(path: string): boolean {
  return licenseFile.test(path) && /(?:^|\/)node_modules\//.test(path);
}

/**
 * Licences of the packages that are installed beside lock files, by the folder that holds the outermost
 * `node_modules`. Each manifest is read once, however many lock files there are.
 */
export function installedLicenses(
  tree: FileTree,
  analyzer: string,
  context: AnalyzerContext,
): (folder: string) => LicensesById {
  const manifests = Map.groupBy(
    tree.files.filter(({ path }) => isInstalledManifest(path)),
    ({ path }) => projectOf(path),
  );
  const read = new Map<string, LicensesById>();
  return (folder) => {
    let licenses = read.get(folder);
    if (licenses === undefined) {
      licenses = licensesOf(manifests.get(folder) ?? [], tree, analyzer, context);
      read.set(folder, licenses);
    }
    return licenses;
  };
}

/** `web/node_modules/a/node_modules/b/package.json` and `web/.yarn/unplugged/…/node_modules/…` belong to `web`. */
function projectOf(path: string): string {
  const before = path.slice(0, `/${path}`.indexOf('/node_modules/'));
  return before.replace(/\/$/, '').replace(/(?:^|\/)\.yarn\/unplugged\/[^/]+$/, '');
}

function licensesOf(
  manifests: readonly ArtifactFile[],
  tree: FileTree,
  analyzer: string,
  context: AnalyzerContext,
): LicensesById {
  const licenses = new Map<string, readonly string[]>();
  for (const file of manifests) {
    const manifest = skipDamaged(file, analyzer, context, () => parseNodeManifest(file.text()));
    if (manifest !== null && manifest.name !== '') {
      const folder = folderOf(file.path);
      licenses.set(
        packageId(manifest.name, manifest.version),
        statedLicenses(manifest.licenses, (name) => classified(name, folder, tree, context)),
      );
    }
  }
  return licenses;
}

/** A manifest can point to a file (`SEE LICENSE IN x`, `LicenseRef-x`), or leave the licence to the usual file. */
function statedLicenses(
  stated: readonly string[],
  classify: (fileName: string | null) => readonly string[],
): readonly string[] {
  const [only = ''] = stated;
  if (stated.length > 1 || (only !== '' && !/^(?:see license in |licenseref-)/i.test(only))) {
    return stated;
  }
  const found = classify(/^(?:see license in |licenseref-)(.+)$/i.exec(only)?.[1]?.trim() ?? null);
  return found.length > 0 ? found : stated;
}

function classified(
  fileName: string | null,
  folder: string,
  tree: FileTree,
  { classifyLicense }: AnalyzerContext,
): readonly string[] {
  if (classifyLicense === undefined) {
    return [];
  }
  const names =
    fileName === null ? ['LICENSE', 'LICENSE.md', 'LICENSE.txt', 'LICENCE', 'COPYING'] : [fileName];
  const file = names.map((name) => tree.get(joinPath(folder, name))).find((one) => one !== undefined);
  return file === undefined ? [] : classifyLicense(file.text()).map(({ name }) => name);
}
