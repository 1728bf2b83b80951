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

function findLicenses(
  text: string,
  { classifyLicense, fullLicenses }: AnalyzerContext,
): readonly LicenseFileFinding[] {
  const names = new Set<string>();
  for (const [, license] of [...fieldsOf(text), ...referencesOf(text)].sort(([a], [b]) => a - b)) {
    names.add(license.startsWith('text://') ? license : normalizeLicense(license));
  }
  return names.size > 0
    ? Array.from(names, (license) => ({ name: license, confidence: 1 }))
    : ((fullLicenses ? classifyLicense?.(text) : undefined) ?? []);
}

type Found = readonly [place: number, license: string];

/** Fields of the machine-readable form. */
function* fieldsOf(text: string): Generator<Found> {
  for (const place of placesOf(text, 'License:')) {
    if (place === 0 || text[place - 1] === '\n') {
      const line = text.slice(place + 'License:'.length, lineEnd(text, place));
      for (const license of splitLicenses(plainField(line))) {
        yield [place, license];
      }
    }
  }
}

/** Texts that are not repeated in each package. */
function* referencesOf(text: string): Generator<Found> {
  for (const place of placesOf(text, commonLicenses)) {
    const name = /^[\w.+-]*/.exec(text.slice(place + commonLicenses.length, lineEnd(text, place)))?.[0] ?? '';
    const license = trimOf(name, '.-');
    if (license !== '') {
      yield [place, license];
    }
  }
}

const commonLicenses = 'usr/share/common-licenses/';

function* placesOf(text: string, part: string): Generator<number> {
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + part.length)) {
    yield at;
  }
}

function lineEnd(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end;
}

/** Without what is in brackets, and without the punctuation at the end. */
function plainField(field: string): string {
  const name = field.replace(/^\s*The main library is licensed under /, '').split('(', 1)[0] ?? '';
  return trimOf(name, ' \t\r,.;');
}
