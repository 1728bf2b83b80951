import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Package, Report } from '../model/index.ts';
import { packageUrlOf, printPackageUrl } from '../purl/index.ts';
import { writeReport } from '../report/write.ts';
import { fixedOptions, sampleReport } from '../testkit/report.ts';
import { readSbom, type SbomContent } from './index.ts';

const word = fc.stringMatching(/^[a-z][a-z0-9.+-]{0,8}[a-z0-9]$/);
const hex = fc.stringMatching(/^[0-9a-f]{40}$/);
const license = fc.constantFrom(
  'MIT',
  'GPL-2.0-only',
  'GPLv3+',
  'free as air',
  'MIT OR Apache-2.0',
  'text://as\nis',
);

function packages(type: string): fc.Arbitrary<Package[]> {
  const one = fc.record(
    {
      name: word,
      version: fc.stringMatching(/^[1-9](\.[0-9]){0,3}$/),
      licenses: fc.array(license, { minLength: 1, maxLength: 3 }),
      maintainer: fc.constantFrom('Someone', 'A & B <ab@example.com>'),
      filePath: word.map((name) => `usr/lib/${name}`),
      digest: hex.map((digest) => `sha1:${digest}`),
      layer: hex.map((digest) => ({ diffId: `sha256:${digest}` })),
      needs: fc.array(fc.nat(9), { maxLength: 3 }),
    },
    { requiredKeys: ['name', 'version'] },
  );
  const unique = fc.uniqueArray(one, { maxLength: 10, selector: ({ name }) => name });
  return unique.map((all) =>
    all.map(({ needs = [], ...pkg }) => {
      const dependsOn = [...new Set(needs)]
        .flatMap((at) => all[at] ?? [])
        .map(({ name, version }) => `${name}@${version}`)
        .filter((id) => id !== `${pkg.name}@${pkg.version}`);
      const whole = {
        ...pkg,
        id: `${pkg.name}@${pkg.version}`,
        ...(dependsOn.length === 0 ? {} : { dependsOn }),
      };
      const url = packageUrlOf(type, whole, { family: 'debian', name: '12' });
      return { ...whole, identifier: { purl: printPackageUrl(url!) } };
    }),
  );
}

const reports: fc.Arbitrary<Report> = fc
  .tuple(packages('debian'), packages('cargo'), packages('node-pkg'), word)
  .map(([os, lock, node, artifactName]) => ({
    ...sampleReport,
    artifactName,
    results: [
      { target: `${artifactName} (debian 12)`, class: 'os-pkgs' as const, type: 'debian', packages: os },
      { target: 'src/Cargo.lock', class: 'lang-pkgs' as const, type: 'cargo', packages: lock },
      { target: 'Node.js', class: 'lang-pkgs' as const, type: 'node-pkg', packages: node },
    ],
  }));

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
