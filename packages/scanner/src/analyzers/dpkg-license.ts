import { type AnalyzerContext, defineAnalyzer, withOs } from '../analyzer.ts';
import { trimOf } from '../lib/trim.ts';
import { normalizeLicense, splitLicenses } from '../licenses/normalize.ts';
import type { LicenseFileFinding } from '../model/index.ts';

const folder = 'usr/share/doc/';
const name = '/copyright';

export const analyzer = defineAnalyzer({
  id: 'dpkg-license',
  revision: 1,
  doc: 'Licences of Debian packages, from their copyright files.',
  scope: 'file',
  targets: withOs,
  scanners: ['vuln', 'license'],
  // usr/share/doc/<package>/copyright
  wants: ({ path }) =>
    path.startsWith(folder) &&
    path.endsWith(name) &&
    path.indexOf('/', folder.length) === path.length - name.length,
  analyze(file, context) {
    const findings = findLicenses(file.text(), context);
    if (findings.length === 0) {
      return null;
    }
    const pkgName = file.path.slice(folder.length, -name.length);
    return { licenses: [{ type: 'dpkg', filePath: file.path, pkgName, findings }] };
  },
});

function findLicenses(text: string, { classifyLicense }: AnalyzerContext): readonly LicenseFileFinding[] {
  const names = new Set<string>();
  for (const found of text.matchAll(/^license:(.*)$|usr\/share\/common-licenses\/([\w.+-]*[\w+])/gim)) {
    for (const license of found[1] === undefined ? [found[2] ?? ''] : splitLicenses(plainField(found[1]))) {
      names.add(license.startsWith('text://') ? license : normalizeLicense(license));
    }
  }
  return names.size > 0
    ? Array.from(names, (license) => ({ name: license, confidence: 1 }))
    : (classifyLicense?.(text) ?? []);
}

/** Without the punctuation at the end, and without what follows behind a full stop. */
function plainField(field: string): string {
  const name = field.replace(/^\s*The main library is licensed under /, '');
  return trimOf(name, ' \t\r,.;');
}
