import { AppError } from '@lanner/core';
import { defineAnalyzer, installed } from '../analyzer.ts';
import { packageDigest } from '../lib/file-digest.ts';
import { parseObject, textOf } from '../lib/json.ts';
import { known } from '../lib/known.ts';
import { folderOf, isNamed } from '../lib/path.ts';
import { splitLicenses } from '../licenses/normalize.ts';
import type { Package } from '../model/index.ts';

export const analyzer = defineAnalyzer({
  id: 'conda-pkg',
  revision: 1,
  doc: 'Packages that Conda installed.',
  scope: 'file',
  targets: installed,
  scanners: ['vuln', 'license'],
  wants: ({ path }) => path.endsWith('.json') && isNamed(folderOf(path), 'conda-meta'),
  analyze(file, context) {
    const record = parseObject(file.text(), 'artifact.parse');
    const [name, version] = [textOf(record['name']), textOf(record['version'])];
    if (name === undefined || version === undefined) {
      throw new AppError('artifact.parse', 'A record of Conda lacks the name or version of its package');
    }
    const one = known<Package>({
      ...{ name, version },
      licenses: splitLicenses(textOf(record['license']) ?? ''),
      filePath: file.path,
      digest: packageDigest(file, context),
    });
    return { applications: [{ type: 'conda-pkg', filePath: file.path, packages: [one] }] };
  },
});
