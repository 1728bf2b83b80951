import { defineAnalyzer, installed } from '../analyzer.ts';
import { collectedTypes } from '../lib/collected-types.ts';
import { embeddedSbom } from '../lib/embedded-sbom.ts';

const endings = ['.spdx', '.spdx.json', '.cdx', '.cdx.json'];
/** What lies here is told by an analyzer of its own. */
const bitnami = 'opt/bitnami/';
const ofWheels = '.dist-info/sboms/';

export const analyzer = defineAnalyzer({
  id: 'sbom',
  revision: 1,
  doc: 'Packages in SBOMs that lie in an image.',
  scope: 'file',
  targets: installed,
  scanners: ['vuln', 'license'],
  wants: ({ path }) =>
    endings.some((ending) => path.endsWith(ending)) &&
    !path.includes(ofWheels) &&
    !(path.startsWith(bitnami) && path.includes('/.spdx-')),
  analyze: (file) =>
    embeddedSbom(file, {
      packagePath: (inside) => inside ?? file.path,
      applicationPath: ({ type, filePath }) =>
        filePath === '' && !collectedTypes.has(type) ? file.path : filePath,
    }),
});
