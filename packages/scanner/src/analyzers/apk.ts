import { defineAnalyzer, onlyAt, withOs } from '../analyzer.ts';
import { apkPackages } from '../formats/apk/installed.ts';
import { known } from '../lib/known.ts';

export const analyzer = defineAnalyzer({
  id: 'apk',
  revision: 2,
  doc: 'Packages of Alpine Linux and what derives from it, with their files.',
  scope: 'file',
  targets: withOs,
  scanners: ['vuln', 'license'],
  ...onlyAt('lib/apk/db/installed', 'usr/lib/apk/db/installed'),
  analyze(file) {
    const packages = apkPackages(file.text());
    const systemFiles = packages.flatMap(({ installedFiles = [] }) => installedFiles);
    return packages.length === 0
      ? null
      : known({ packageLists: [{ filePath: file.path, packages }], systemFiles });
  },
});
