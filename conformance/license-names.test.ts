import { describe, expect, test } from 'vitest';
import {
  licensesOfWords,
  normalizeLicense,
  splitLicenses,
} from '../packages/scanner/src/licenses/normalize.ts';
import { licenseIdByUrl, normalizeLicenseUrl } from '../packages/scanner/src/licenses/urls.ts';
import { trivyCasesArePresent } from './lib/trivy-cases.ts';
import { resolvedRows } from './lib/trivy-rows.ts';

describe.skipIf(!trivyCasesArePresent)('names of licences (needs ../shared)', () => {
  const names = rowsOf('TestNormalize').flatMap((row) =>
    (row['licenses'] as readonly { License?: string }[]).flatMap(({ License: name }) =>
      // Licences that were built from parts in the test are left out: here they are texts.
      name === undefined ? [] : [[name, row['want'] as string] as const],
    ),
  );

  test.each(names)('%j is %s', (name, id) => {
    expect(normalizeLicense(name)).toBe(id);
  });

  test.each(rowsOf('TestSplitLicenses').map(({ license, licenses }) => [license as string, licenses]))(
    'split: %j',
    (license, licenses) => {
      expect(splitLicenses(license)).toEqual(licenses);
    },
  );

  test.each(
    rowsOf('TestLaxSplitLicense').map(({ license, wantLicenses }) => [license as string, wantLicenses]),
  )('words: %j', (license, licenses) => {
    expect(licensesOfWords(license)).toEqual(licenses);
  });

  test.each(rowsOf('TestNormalizeLicenseURL').map(({ url, want }) => [url as string, want]))(
    'address: %j',
    (url, want) => {
      expect(normalizeLicenseUrl(url)).toBe(want);
    },
  );

  test.each(rowsOf('TestSPDXLicenseIDByURL').map(({ url, want }) => [url as string, want]))(
    'licence at %j',
    (url, want) => {
      expect(licenseIdByUrl(url) ?? undefined).toBe(want);
    },
  );
});

function rowsOf(name: string) {
  return resolvedRows('purl-sbom-license', 'trivy/pkg/licensing', `normalize_test.go::${name}`);
}
