import { defineAnalyzer, sources } from '../analyzer.ts';
import { folderOf, isBelow, isNamed } from '../lib/path.ts';
import { parseBunLock } from '../lockfiles/node/bun-lock.ts';
import { installedLicenses, isInstalledLicense, isInstalledManifest } from '../lockfiles/node/licenses.ts';
import { packageId } from '../lockfiles/packages.ts';
import { filesNamed, lockfileApplications } from '../lockfiles/tree.ts';

export const analyzer = defineAnalyzer({
  id: 'bun',
  revision: 1,
  doc: 'JavaScript packages that bun.lock names, with licences of node_modules beside it.',
  scope: 'tree',
  targets: sources,
  scanners: ['vuln', 'license'],
  wants: ({ path }, { classifyLicense }) =>
    (isNamed(path, 'bun.lock') && !isBelow(path, 'node_modules')) ||
    isInstalledManifest(path) ||
    (classifyLicense !== undefined && isInstalledLicense(path)),
  analyze(tree, context) {
    const licensesIn = installedLicenses(tree, 'bun', context);
    return lockfileApplications('bun', filesNamed(tree, 'bun.lock'), context, (file) => {
      const licenses = licensesIn(folderOf(file.path));
      return parseBunLock(file.text()).map((found) => ({
        ...found,
        licenses: licenses.get(packageId(found.name, found.version ?? '')),
      }));
    });
  },
});
