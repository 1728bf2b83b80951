import { defineAnalyzer, installed, onlyAt } from '../analyzer.ts';
import { objectsOf, parseObject, textOf } from '../lib/json.ts';
import { known } from '../lib/known.ts';
import type { Package } from '../model/index.ts';
import { epochOf, versionText } from '../lib/os-version.ts';

const inventory = 'bottlerocket-linux-gnu/sys-root/usr/share/bottlerocket/application-inventory.json';

export const analyzer = defineAnalyzer({
  id: 'bottlerocket-inventory',
  revision: 1,
  doc: 'Packages of Bottlerocket, from its application inventory.',
  scope: 'file',
  targets: installed,
  scanners: ['vuln', 'license'],
  ...onlyAt(`aarch64-${inventory}`, `x86_64-${inventory}`),
  analyze(file) {
    const content = objectsOf(parseObject(file.text(), 'artifact.parse')['Content']);
    const packages = content.flatMap((entry) => {
      const [name, version, release] = ['Name', 'Version', 'Release'].map((key) => textOf(entry[key]));
      if (name === undefined || version === undefined) {
        return [];
      }
      const numbers = { epoch: epochOf(textOf(entry['Epoch'])), version, release };
      return known<Package>({
        id: `${name}@${versionText(numbers)}`,
        name,
        ...numbers,
        arch: textOf(entry['Architecture']),
      });
    });
    return packages.length === 0 ? null : { packageLists: [{ filePath: file.path, packages }] };
  },
});
