import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Package, Report } from '../model/index.ts';
import { writeReport } from '../report/write.ts';
import { reports } from '../testkit/random-reports.ts';
import { fixedOptions, sampleReport } from '../testkit/report.ts';
import { readSbom, type SbomContent } from './index.ts';

/** What was read, as the report of a scan of it. */
function scanned({ bom, artifactType, metadata, packageLists, applications }: SbomContent): Report {
  return {
    ...sampleReport,
    artifactName: 'x',
    artifactType,
    metadata,
    bom,
    results: [
      ...packageLists.map((list) => ({ target: 'os', class: 'os-pkgs' as const, packages: list.packages })),
      ...applications.map(({ type, filePath, packages: all }) => ({
        target: filePath,
        class: 'lang-pkgs' as const,
        type,
        packages: all,
      })),
    ],
  };
}

function text(format: string, report: Report): string {
  return [...writeReport(format, report, fixedOptions())].join('');
}

function names(content: SbomContent): string[] {
  return [...content.packageLists, ...content.applications]
    .flatMap((list) =>
      list.packages.map(({ id, dependsOn = [] }) => `${id ?? ''} needs ${[...dependsOn].join(' ')}`),
    )
    .sort();
}

describe.each(['cyclonedx', 'spdx-json', 'spdx'])('%s', (format) => {
  test('writing, reading and writing again gives the same inventory', () => {
    fc.assert(
      fc.property(reports, (report) => {
        const first = readSbom(Buffer.from(text(format, report)));
        const wanted = report.results
          .flatMap(({ packages: all = [] }) =>
            all.map(({ id, dependsOn = [] }) => `${id ?? ''} needs ${[...dependsOn].sort().join(' ')}`),
          )
          .sort();
        expect(names(first)).toEqual(wanted);
        expect(first.metadata.repoDigests).toEqual(report.metadata.repoDigests);
        const again = readSbom(Buffer.from(text(format, scanned(first))));
        expect(withoutReferences(again)).toEqual(withoutReferences(first));
      }),
      { numRuns: 60 },
    );
  });
});

/** Ids of components are those of one document, and licences come back in the words of SPDX. */
function withoutReferences({ metadata, packageLists, applications }: SbomContent): unknown {
  const plain = ({ licenses, identifier, ...pkg }: Package): unknown => ({
    ...pkg,
    purl: identifier?.purl,
    licensed: licenses !== undefined,
  });
  return {
    metadata,
    packageLists: packageLists.map((list) => list.packages.map(plain)),
    applications: applications.map((application) => ({
      ...application,
      packages: application.packages.map(plain),
    })),
  };
}
