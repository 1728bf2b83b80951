import { posix } from 'node:path';
import { defineAnalyzer, installed } from '../analyzer.ts';
import { embeddedSbom } from '../lib/embedded-sbom.ts';
import { baseName, folderOf } from '../lib/path.ts';

export const analyzer = defineAnalyzer({
  id: 'bitnami',
  revision: 2,
  doc: 'What the images of Bitnami say about their components.',
  scope: 'file',
  targets: installed,
  scanners: ['vuln', 'license'],
  // opt/bitnami/<component>/.spdx-<component>.spdx
  wants: ({ path }) => path.startsWith('opt/bitnami/') && baseName(path).startsWith('.spdx-'),
  analyze(file) {
    const folder = folderOf(file.path);
    return embeddedSbom(file, {
      // Paths in the document start at the folder of the component.
      packagePath: (inside) => posix.join(folder, inside ?? ''),
      applicationPath: ({ type }) => (type === 'bitnami' ? folder : ''),
    });
  },
});
