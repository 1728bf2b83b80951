import {
  type AnalyzerContext,
  type ArtifactFile,
  defineAnalyzer,
  type FileTree,
  installed,
} from '../analyzer.ts';
import { parsePythonMetadata } from '../formats/python/metadata.ts';
import { packageDigest } from '../lib/file-digest.ts';
import { known } from '../lib/known.ts';
import { baseName, folderOf, isNamed } from '../lib/path.ts';
import { skipDamaged } from '../lib/skip-damaged.ts';
import type { Package } from '../model/index.ts';

const eggFiles = ['EGG-INFO/PKG-INFO', '.egg-info', '.egg-info/PKG-INFO', '.egg-info/METADATA'];

export const analyzer = defineAnalyzer({
  id: 'python-pkg',
  revision: 1,
  doc: 'Installed Python packages: wheels and eggs.',
  scope: 'tree',
  targets: installed,
  scanners: ['vuln', 'license'],
  wants: ({ path }) => isEgg(path) || (path.includes('.dist-info/') && !isOfInstaller(path)),
  analyze(tree, context) {
    const applications = tree.files.filter(isMetadata).flatMap((file) => {
      const one = skipDamaged(file, 'python-pkg', context, () => readPackage(file, tree, context));
      return one === null ? [] : [{ type: 'python-pkg', filePath: file.path, packages: [one] }];
    });
    return applications.length === 0 ? null : { applications };
  },
});

/** Of wheels the files next to the metadata may be licences, but not those that tools write for themselves. */
function isOfInstaller(path: string): boolean {
  return ofInstaller.has(baseName(path)) || path.includes('.dist-info/sboms/');
}

const ofInstaller = new Set([
  ...['RECORD', 'WHEEL', 'INSTALLER', 'REQUESTED', 'direct_url.json', 'entry_points.txt', 'top_level.txt'],
]);

function isEgg(path: string): boolean {
  return eggFiles.some((name) => path.endsWith(name));
}

function isMetadata({ path }: ArtifactFile): boolean {
  return isEgg(path) || (isNamed(path, 'METADATA') && folderOf(path).endsWith('.dist-info'));
}

function readPackage(file: ArtifactFile, tree: FileTree, context: AnalyzerContext): Package {
  const { licenseFile, licenses, ...names } = parsePythonMetadata(file.text());
  const text = licenseFile === undefined ? undefined : licenseText(file, licenseFile, tree);
  const found = text === undefined ? [] : (context.classifyLicense?.(text) ?? []);
  return known<Package>({
    ...names,
    licenses: [...licenses, ...found.map(({ name }) => name)],
    filePath: file.path,
    digest: packageDigest(file, context),
  });
}

/** Named from the folder of the metadata; older tools put it right there, whatever the name says. */
function licenseText(file: ArtifactFile, licenseFile: string, tree: FileTree): string | undefined {
  const folder = folderOf(file.path);
  const found = [licenseFile, `licenses/${licenseFile}`, baseName(licenseFile)]
    .map((name) => tree.get(`${folder}/${name}`))
    .find((one) => one !== undefined);
  return found?.text();
}
