import { expect, test } from 'vitest';
import { spdxTagValue } from './tag-value.ts';
import type { SpdxJson } from './write.ts';

const document: SpdxJson = {
  spdxVersion: 'SPDX-2.3',
  dataLicense: 'CC0-1.0',
  SPDXID: 'SPDXRef-DOCUMENT',
  name: 'x',
  documentNamespace: 'http://example.org/x',
  creationInfo: { creators: ['Tool: y'], created: '2026-01-01T00:00:00Z' },
  packages: [
    {
      name: 'base',
      SPDXID: 'SPDXRef-OperatingSystem-1',
      versionInfo: '12',
      downloadLocation: 'NONE',
      filesAnalyzed: false,
      licenseConcluded: 'NOASSERTION',
      licenseDeclared: 'NOASSERTION',
      primaryPackagePurpose: 'OPERATING_SYSTEM',
    },
  ],
  hasExtractedLicensingInfos: [
    { licenseId: 'LicenseRef-1', extractedText: 'one line', name: 'a' },
    { licenseId: 'LicenseRef-2', extractedText: 'two\nlines', name: 'b' },
  ],
  relationships: [],
};

test('packages have their members in the order of the standard, the purpose with a hyphen', () => {
  const text = [...spdxTagValue(document)].join('');
  expect(text).toContain(
    'PackageDownloadLocation: NONE\nPrimaryPackagePurpose: OPERATING-SYSTEM\nFilesAnalyzed: false\n',
  );
});

test('only texts of several lines stand in marks, and in one pair', () => {
  const text = [...spdxTagValue(document)].join('');
  expect(text).toContain('ExtractedText: one line\n');
  expect(text).toContain('ExtractedText: <text>two\nlines</text>\n');
});
