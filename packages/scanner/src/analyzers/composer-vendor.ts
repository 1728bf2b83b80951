import { defineAnalyzer, installed } from '../analyzer.ts';
import { composerPackages } from '../formats/composer/packages.ts';
import { isObject } from '../lib/json.ts';
import { parseLocatedJson } from '../lib/located-json.ts';
import { isNamed } from '../lib/path.ts';

export const analyzer = defineAnalyzer({
  id: 'composer-vendor',
  revision: 1,
  doc: 'PHP packages that Composer installed.',
  scope: 'file',
  targets: installed,
  scanners: ['vuln', 'license'],
  wants: ({ path }) => isNamed(path, 'installed.json'),
  analyze(file) {
    const document = parseLocatedJson(file.text());
    // Composer 1 wrote the list alone.
    const list = isObject(document.value) ? document.value['packages'] : document.value;
    const packages = composerPackages(list, document);
    return packages.length === 0
      ? null
      : { applications: [{ type: 'composer-vendor', filePath: file.path, packages }] };
  },
});
