import { AppError } from '@lanner/core';
import { defineAnalyzer, installed } from '../analyzer.ts';
import { packageDigest } from '../lib/file-digest.ts';
import { isObject, parseObject, textOf } from '../lib/json.ts';
import { known } from '../lib/known.ts';
import { isNamed } from '../lib/path.ts';
import type { Package } from '../model/index.ts';

export const analyzer = defineAnalyzer({
  id: 'node-pkg',
  revision: 1,
  doc: 'Installed packages of Node.js.',
  scope: 'file',
  targets: installed,
  scanners: ['vuln', 'license'],
  wants: ({ path }) => isNamed(path, 'package.json'),
  analyze(file, context) {
    const manifest = parseObject(file.text(), 'artifact.parse');
    const [name, version] = [textOf(manifest['name']), textOf(manifest['version'])];
    if (name !== undefined && !/^(?:@[\w.-]+\/)?[\w.-]+$/.test(name)) {
      throw new AppError(
        'artifact.parse',
        'The name of a Node.js package has characters that are not allowed',
      );
    }
    // Manifests of projects and of parts of packages need neither.
    if (name === undefined || version === undefined) {
      return null;
    }
    const one = known<Package>({
      ...{ id: `${name}@${version}`, name, version },
      licenses: licensesOf(manifest['license']),
      filePath: file.path,
      digest: packageDigest(file, context),
    });
    return { applications: [{ type: 'node-pkg', filePath: file.path, packages: [one] }] };
  },
});

/** A text, or as older ones have it, an object with a type, or a list of these. */
function licensesOf(license: unknown): string[] {
  if (Array.isArray(license)) {
    return license.flatMap(licensesOf);
  }
  const name = isObject(license) ? textOf(license['type']) : textOf(license);
  return name === undefined ? [] : [name];
}
