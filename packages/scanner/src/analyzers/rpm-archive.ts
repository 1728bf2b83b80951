import { defineAnalyzer, withOs } from '../analyzer.ts';
import { rpmArchiveHeader } from '../formats/rpmdb/archive.ts';
import { rpmPackage } from '../formats/rpmdb/packages.ts';
import type { Package } from '../model/index.ts';

export const analyzer = defineAnalyzer({
  id: 'rpm-archive',
  revision: 1,
  doc: 'Package files of rpm that were not installed; looked at in comprehensive scans only.',
  scope: 'file',
  targets: withOs,
  scanners: ['vuln', 'license'],
  wants: ({ path }, { comprehensive }) => comprehensive && path.endsWith('.rpm'),
  analyze(file) {
    const packages: Package[] = [{ ...rpmPackage(rpmArchiveHeader(file)), filePath: file.path }];
    return { packageLists: [{ filePath: file.path, packages }] };
  },
});
