import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ArtifactType, Report } from './model/index.ts';
import { writeReport } from './report/write.ts';
import { readSbom } from './sbom/index.ts';
import { reports } from './testkit/random-reports.ts';
import { fixedOptions, sampleReport } from './testkit/report.ts';
import { cycloneDxProblems, type Problems, sarifProblems, spdxProblems } from './testkit/schemas.ts';

// What is written is valid by the published schemas of the formats.

const schemas: readonly (readonly [string, Problems])[] = [
  ['sarif', sarifProblems()],
  ['cyclonedx', cycloneDxProblems('1.7')],
  ['spdx-json', spdxProblems()],
];
const artifacts: readonly ArtifactType[] = [
  'container_image',
  'filesystem',
  'repository',
  'vm',
  'cyclonedx',
  'spdx',
];

function written(format: string, report: Report): unknown {
  return JSON.parse([...writeReport(format, report, { ...fixedOptions(), showSuppressed: true })].join(''));
}

describe.each(schemas)('%s', (format, problems) => {
  test.each(artifacts)('a report of %s', (artifactType) => {
    expect(problems(written(format, { ...sampleReport, artifactType }))).toEqual([]);
  });

  test.each([
    ['of nothing', { ...sampleReport, results: [] }],
    ['of an artifact with an unusual name', { ...sampleReport, artifactName: 'C:\\my app/ü "x" <1>' }],
    ['without metadata', { ...sampleReport, metadata: {} }],
  ])('a report %s', (_what, report) => {
    expect(problems(written(format, report))).toEqual([]);
  });

  test('any report', () => {
    fc.assert(
      fc.property(reports, (report) => {
        expect(problems(written(format, report))).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });

  test('what is made of a document that was read', () => {
    for (const source of ['cyclonedx', 'spdx-json']) {
      const text = [...writeReport(source, sampleReport, fixedOptions())].join('');
      const { bom, artifactType, metadata } = readSbom(Buffer.from(text));
      const report = { ...sampleReport, artifactType, metadata, bom, results: [] };
      expect(problems(written(format, report))).toEqual([]);
    }
  });

  test('the schema finds what is wrong', () => {
    expect(
      problems({ ...(written(format, sampleReport) as object), $schema: 1, version: {}, spdxVersion: 2 }),
    ).not.toEqual([]);
  });
});

describe.each(['1.4', '1.5', '1.6', '1.7'])('CycloneDX %s', (specVersion) => {
  // Parts that every version has.
  const document = {
    bomFormat: 'CycloneDX',
    specVersion,
    serialNumber: 'urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79',
    version: 1,
    metadata: { component: { type: 'container', name: 'shop', 'bom-ref': 'root' } },
    components: [
      { type: 'operating-system', name: 'alpine', version: '3.20', 'bom-ref': 'os' },
      {
        type: 'library',
        name: 'musl',
        version: '1.2.5-r0',
        purl: 'pkg:apk/alpine/musl@1.2.5-r0?distro=3.20',
        'bom-ref': 'musl',
        licenses: [{ license: { id: 'MIT' } }],
        hashes: [{ alg: 'SHA-1', content: '0123456789abcdef0123456789abcdef01234567' }],
      },
    ],
    dependencies: [
      { ref: 'root', dependsOn: ['os'] },
      { ref: 'os', dependsOn: ['musl'] },
    ],
  };

  test('a valid document is read', () => {
    expect(cycloneDxProblems(specVersion)(document)).toEqual([]);
    const { packageLists, metadata } = readSbom(Buffer.from(JSON.stringify(document)));
    expect(metadata.os).toMatchObject({ family: 'alpine', name: '3.20' });
    expect(packageLists[0]?.packages).toMatchObject([
      { name: 'musl', version: '1.2.5-r0', licenses: ['MIT'] },
    ]);
  });
});
