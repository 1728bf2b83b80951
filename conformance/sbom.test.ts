import { AppError } from '@lanner/core';
import { readSbom, type SbomContent, writeReport } from '@lanner/scanner';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { licenseChoices } from '../packages/scanner/src/sbom/cyclonedx/licenses.ts';
import { encodeReport } from '../packages/scanner/src/sbom/encode.ts';
import { spdxLicense } from '../packages/scanner/src/sbom/spdx/licenses.ts';
import { isGoObject } from './lib/go-values.ts';
import { trivyCasesArePresent, trivyRows } from './lib/trivy-cases.ts';
import { trivyFixture } from './lib/trivy-rows.ts';
import { comparable, contributionOf } from './lib/trivy-model.ts';
import { plainValue, reportOf } from './lib/trivy-sbom.ts';

type Row = Readonly<Record<string, unknown>> & { readonly name: string };

const file = 'purl-sbom-license';

function rows(folder: string, name: string): Row[] {
  return trivyRows<Row>(file, `trivy/pkg/sbom/${folder}`, name);
}

function numbered(): () => string {
  let count = 0;
  return () => `3ff14136-e09f-4df9-80ea-${String(++count).padStart(12, '0')}`;
}

function options(): Parameters<typeof writeReport>[2] {
  return { now: () => new Date('2021-08-25T12:20:30.000Z'), uuid: numbered() };
}

/** Without empty members, which Go writes where we leave out. */
function withoutEmpty(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(withoutEmpty);
  }
  if (!isGoObject(value)) {
    return value;
  }
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, member]) => [key, withoutEmpty(member)] as const)
      .filter(
        ([, member]) =>
          member !== undefined &&
          member !== null &&
          member !== '' &&
          member !== false &&
          member !== 0 &&
          !(Array.isArray(member) && member.length === 0) &&
          !(isGoObject(member) && Object.keys(member).length === 0),
      ),
  );
}

/** Members in our naming: `PkgIdentifier` → `pkgIdentifier`, with the exceptions given. */
function renamed(value: unknown, names: Readonly<Record<string, string>>): unknown {
  if (Array.isArray(value)) {
    return value.map((item) => renamed(item, names));
  }
  if (!isGoObject(value)) {
    return value;
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [
      names[key] ?? key.charAt(0).toLowerCase() + key.slice(1),
      renamed(member, names),
    ]),
  );
}

describe.skipIf(!trivyCasesArePresent)('../shared/conformance/trivy: bills of materials', () => {
  describe('reports as graphs', () => {
    const all = rows('io', 'TestEncoder_Encode');
    // The bills that these rows start with are built by functions of Go that are not in the case file.
    const fromBom = all.filter(({ report }) => JSON.stringify(report).includes('"BOM"'));
    test.each(all.filter((row) => !fromBom.includes(row)).map((row) => [row.name, row] as const))(
      '%s',
      (_, row) => {
        const report = reportOf(row['report']);
        if (row['wantErr'] !== undefined) {
          expect(() => encodeReport(report, numbered())).toThrow(AppError);
          return;
        }
        const { bom } = encodeReport(report, numbered());
        const wanted = plainValue(row['wantComponents']) as Record<string, Record<string, unknown>>;
        const components = Object.fromEntries(
          [...bom.components].map(([id, component]) => [
            id,
            { ...component, id: undefined, root: id === bom.rootId },
          ]),
        );
        const names = { PkgIdentifier: 'identifier', PURL: 'purl', UID: 'uid', BOMRef: 'bomRef' };
        expect(withoutEmpty(components)).toEqual(withoutEmpty(renamed(wanted, names)));
        const relationships = plainValue(row['wantRels']) as Record<
          string,
          { Dependency: string; Type: string }[]
        >;
        const expected = Object.fromEntries(
          Object.entries(relationships).map(([id, list]) => [
            id,
            (list as typeof list | null)?.map(({ Dependency: to, Type: type }) => ({ to, type })),
          ]),
        );
        expect(withoutEmpty(Object.fromEntries(bom.relationships))).toEqual(withoutEmpty(expected));
      },
    );
  });

  describe('CycloneDX written', () => {
    const names = {
      BOMRef: 'bom-ref',
      PackageURL: 'purl',
      BOMFormat: 'bomFormat',
      JSONSchema: '$schema',
      ID: 'id',
      URL: 'url',
      CWEs: 'cwes',
      Algorithm: 'alg',
      Range: 'versions',
    };
    const built = ['happy path for sbom (cyclonedx) scan', "happy path. Root component doesn't exist"];
    test.each(
      rows('cyclonedx', 'TestMarshaler_MarshalReport')
        .filter(({ name }) => !built.includes(name))
        .map((row) => [row.name, row] as const),
    )('%s', (_, row) => {
      const text = [
        ...writeReport('cyclonedx', { ...reportOf(row['inputReport']), version: 'dev' }, options()),
      ].join('');
      const want = { ...(plainValue(row['want']) as object), XMLNS: undefined };
      const wanted = renamed(want, names) as {
        components?: { hashes?: { value: string }[] }[];
        dependencies?: { dependencies?: unknown }[];
        vulnerabilities?: unknown[];
      };
      expect(withoutEmpty(JSON.parse(text))).toEqual(
        withoutEmpty({
          ...wanted,
          components: wanted.components?.map((component) => ({
            ...component,
            hashes: component.hashes?.map(({ value, ...hash }) => ({ ...hash, content: value })),
          })),
          dependencies: wanted.dependencies?.map(({ dependencies, ...rest }) => ({
            ...rest,
            dependsOn: dependencies,
          })),
        }),
      );
    });

    test.each(rows('cyclonedx', 'TestMarshaler_Licenses').map((row) => [row.name, row] as const))(
      'licences: %s',
      (_, row) => {
        const want = row['want'] === null ? [] : renamed(row['want'], { ID: 'id' });
        expect(licenseChoices(row['licenses'] as string[])).toEqual(want);
      },
    );
  });

  describe('SPDX written', () => {
    // Its bill is built by a function of Go; the licences of the other are hashed by a function of the test.
    const built = ['no root component', 'happy path with various licenses'];
    test.each(
      rows('spdx', 'TestMarshaler_Marshal')
        .filter(({ name }) => !built.includes(name))
        .map((row) => [row.name, row] as const),
    )('%s', (_, row) => {
      const report = { ...reportOf(row['inputReport']), version: '0.56.2' };
      const written = JSON.parse([...writeReport('spdx-json', report, options())].join('')) as unknown;
      expect(withoutEmpty(written)).toEqual(withoutEmpty(spdxOf(plainValue(row['wantSBOM']))));
    });

    test.each(rows('spdx', 'TestMarshaler_normalizeLicenses').map((row) => [row.name, row] as const))(
      'licences: %s',
      (_, row) => {
        const names = { LicenseIdentifier: 'licenseId', LicenseName: 'name', LicenseComment: 'comment' };
        const { expression, others } = spdxLicense(row['input'] as string[]);
        expect(expression).toBe(row['wantLicenseName']);
        const byId = (a: { licenseId: string }, b: { licenseId: string }): number =>
          a.licenseId < b.licenseId ? -1 : 1;
        expect([...others].sort(byId)).toEqual(renamed(row['wantOtherLicenses'] ?? [], names));
      },
    );
  });

  describe('read', () => {
    test.each(
      (['cyclonedx', 'spdx'] as const).flatMap((folder) =>
        rows(folder, 'TestUnmarshaler_Unmarshal').map(
          (row) => [`${folder}: ${row.name}`, folder, row] as const,
        ),
      ),
    )('%s', (_, folder, row) => {
      const bytes = readFileSync(trivyFixture(`trivy/pkg/sbom/${folder}`, String(row['inputFile'])));
      if (row['wantErr'] !== undefined) {
        expect(() => readSbom(bytes)).toThrow(AppError);
        return;
      }
      expect(comparableContent(readSbom(bytes))).toEqual(wantedContent(plainValue(row['want'])));
    });
  });
});

/** A document of Go's SPDX library as the JSON that it is written as. */
function spdxOf(value: unknown): unknown {
  const want = value as Record<string, Record<string, unknown>[] | undefined> & {
    CreationInfo: { Creators: { Creator: string; CreatorType: string }[]; Created: string };
  };
  const annotation = (comment: unknown): unknown => ({
    annotator: 'Tool: trivy-0.56.2',
    annotationDate: '2021-08-25T12:20:30Z',
    annotationType: 'OTHER',
    comment,
  });
  const checksums = (list: unknown): unknown =>
    renamed(list, { Value: 'checksumValue', Algorithm: 'algorithm' });
  const element = (ref: unknown): string => `SPDXRef-${(ref as { ElementRefID: string }).ElementRefID}`;
  return {
    spdxVersion: want['SPDXVersion'],
    dataLicense: want['DataLicense'],
    SPDXID: 'SPDXRef-DOCUMENT',
    name: want['DocumentName'],
    documentNamespace: want['DocumentNamespace'],
    creationInfo: {
      creators: want.CreationInfo.Creators.map(({ Creator, CreatorType }) => `${CreatorType}: ${Creator}`),
      created: want.CreationInfo.Created,
    },
    packages: (want['Packages'] ?? []).map((pkg) => ({
      name: pkg['PackageName'],
      SPDXID: `SPDXRef-${String(pkg['PackageSPDXIdentifier'])}`,
      versionInfo: pkg['PackageVersion'],
      supplier: supplierText(pkg['PackageSupplier']),
      downloadLocation: pkg['PackageDownloadLocation'],
      filesAnalyzed: pkg['FilesAnalyzed'],
      packageVerificationCode: renamed(pkg['PackageVerificationCode'], {
        Value: 'packageVerificationCodeValue',
      }),
      checksums: checksums(pkg['PackageChecksums']),
      sourceInfo: pkg['PackageSourceInfo'],
      licenseConcluded: pkg['PackageLicenseConcluded'],
      licenseDeclared: pkg['PackageLicenseDeclared'],
      externalRefs: renamed(pkg['PackageExternalReferences'], {
        Category: 'referenceCategory',
        RefType: 'referenceType',
        Locator: 'referenceLocator',
      }),
      primaryPackagePurpose: pkg['PrimaryPackagePurpose'],
      annotations: ((pkg['Annotations'] ?? []) as unknown[]).map(annotation),
    })),
    files: want['Files']?.map((found) => ({
      fileName: found['FileName'],
      SPDXID: `SPDXRef-${String(found['FileSPDXIdentifier'])}`,
      checksums: checksums(found['Checksums']),
    })),
    hasExtractedLicensingInfos: renamed(want['OtherLicenses'], {
      LicenseIdentifier: 'licenseId',
      LicenseName: 'name',
      LicenseComment: 'comment',
    }),
    relationships: want['Relationships']?.map(({ RefA, RefB, Relationship }) => ({
      spdxElementId: element(RefA),
      relatedSpdxElement: element(RefB),
      relationshipType: Relationship,
    })),
  };
}

function supplierText(value: unknown): string | undefined {
  const { Supplier, SupplierType } = (value ?? {}) as { Supplier?: string; SupplierType?: string };
  return SupplierType === undefined ? Supplier : `${SupplierType}: ${Supplier ?? ''}`;
}

function comparableContent({ metadata, packageLists, applications }: SbomContent): unknown {
  return comparable({ metadata, packageLists, applications });
}

function wantedContent(value: unknown): unknown {
  const want = (Array.isArray(value) ? {} : withoutEmpty(value)) as Record<string, unknown>;
  const identified = identifiersOf(want);
  const contribution =
    contributionOf({ PackageInfos: want['Packages'], Applications: want['Applications'] }) ?? {};
  const metadata = renamed(want['Metadata'] ?? {}, {
    OS: 'os',
    ImageID: 'imageId',
    DiffIDs: 'diffIds',
  });
  return comparable({
    metadata: withoutEmpty(metadata),
    packageLists: contribution.packageLists?.map((list) => ({
      ...list,
      packages: list.packages.map(identified),
    })),
    applications: contribution.applications?.map((application) => ({
      ...application,
      packages: application.packages.map(identified),
    })),
  });
}

/** Package URLs, references and layers, which other tables leave to merging. */
function identifiersOf(want: Record<string, unknown>): (pkg: { id?: string; name: string }) => object {
  const lists = [...((want['Packages'] ?? []) as object[]), ...((want['Applications'] ?? []) as object[])];
  const found = new Map(
    lists
      .flatMap((list) => (list as { Packages?: Record<string, unknown>[] }).Packages ?? [])
      .map((pkg) => [pkg['ID'], pkg] as const),
  );
  return (pkg) => {
    const { Identifier: identifier, Layer: layer } = found.get(pkg.id) ?? {};
    return {
      ...pkg,
      identifier: withoutEmpty(renamed(identifier, { PURL: 'purl', BOMRef: 'bomRef', UID: 'uid' })),
      layer: withoutEmpty(renamed(layer, { DiffID: 'diffId' })),
    };
  };
}
