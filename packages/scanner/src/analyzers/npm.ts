import { defineAnalyzer, sources } from '../analyzer.ts';
import { folderOf, isBelow, isNamed } from '../lib/path.ts';
import { installedLicenses, isInstalledLicense, isInstalledManifest } from '../lockfiles/node/licenses.ts';
import { parsePackageLock } from '../lockfiles/node/package-lock.ts';
import { filesNamed, lockfileApplications } from '../lockfiles/tree.ts';

export const analyzer = defineAnalyzer({
  id: 'npm',
  revision: 1,
  doc: 'JavaScript packages that package-lock.json names, with licences of node_modules beside it.',
  scope: 'tree',
  targets: sources,
  scanners: ['vuln', 'license'],
  wants: ({ path }, { classifyLicense }) =>
    (isNamed(path, 'package-lock.json') && !isBelow(path, 'node_modules')) ||
    isInstalledManifest(path) ||
    (classifyLicense !== undefined && isInstalledLicense(path)),
  analyze(tree, context) {
    const licensesIn = installedLicenses(tree, 'npm', context);
    return lockfileApplications('npm', filesNamed(tree, 'package-lock.json'), context, (file) => {
      const licenses = licensesIn(folderOf(file.path));
      return parsePackageLock(file.text()).map((found) => ({
        ...found,
        licenses: licenses.get(found.id ?? '') ?? found.licenses,
      }));
    });
  },
});
