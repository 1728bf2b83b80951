import { defineAnalyzer, sources } from '../analyzer.ts';
import { folderOf, isBelow, isNamed } from '../lib/path.ts';
import { parsePnpmLock } from '../lockfiles/node/pnpm-lock.ts';
import { installedLicenses, isInstalledLicense, isInstalledManifest } from '../lockfiles/node/licenses.ts';
import { packageId } from '../lockfiles/packages.ts';
import { filesNamed, lockfileApplications } from '../lockfiles/tree.ts';

export const analyzer = defineAnalyzer({
  id: 'pnpm',
  revision: 1,
  doc: 'JavaScript packages that pnpm-lock.yaml names, with licences of node_modules beside it.',
  scope: 'tree',
  targets: sources,
  scanners: ['vuln', 'license'],
  wants: ({ path }, { classifyLicense }) =>
    (isNamed(path, 'pnpm-lock.yaml') && !isBelow(path, 'node_modules')) ||
    isInstalledManifest(path) ||
    (classifyLicense !== undefined && isInstalledLicense(path)),
  analyze(tree, context) {
    const licensesIn = installedLicenses(tree, 'pnpm', context);
    return lockfileApplications('pnpm', filesNamed(tree, 'pnpm-lock.yaml'), context, (file) => {
      const licenses = licensesIn(folderOf(file.path));
      return parsePnpmLock(file.text()).map((found) => ({
        ...found,
        licenses: licenses.get(packageId(found.name, found.version ?? '')),
      }));
    });
  },
});
