import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { AppError } from '../packages/core/src/index.ts';
import { rpmHeaders } from '../packages/scanner/src/formats/rpmdb/database.ts';
import { RpmHeader, tags } from '../packages/scanner/src/formats/rpmdb/header.ts';
import {
  type HeaderValues,
  ndbFile,
  rpmHeaderBytes,
} from '../packages/scanner/src/formats/rpmdb/testkit/write.ts';
import { sourceOf } from '../packages/scanner/src/lib/source.ts';
import { artifactFile } from '../packages/scanner/src/testkit/file.ts';
import { analyze } from './lib/trivy-analyze.ts';
import { trivyCasesArePresent, trivyTables } from './lib/trivy-cases.ts';
import { comparable, contributionOf, packagesOf } from './lib/trivy-model.ts';
import { resolvedRows, type Row, trivyFixture } from './lib/trivy-rows.ts';

const reader = 'go-rpmdb/pkg';
const analyzerFolder = 'trivy/pkg/fanal/analyzer/pkg/rpm';
const database = 'var/lib/rpm/Packages.db';

describe.skipIf(!trivyCasesArePresent)('rpm databases (needs ../shared)', () => {
  const rows = resolvedRows('rpmdb', reader, 'rpmdb_test.go::TestRpmDB_Package').filter((row) =>
    existsSync(trivyFixture(reader, row['file'] as string)),
  );

  test('some databases are there', () => {
    expect(rows.length).toBeGreaterThan(0);
  });

  test.each(rows.map((row) => [row['name'] as string, row] as const))('%s', (_name, row) => {
    const bytes = readFileSync(trivyFixture(reader, row['file'] as string));
    const want = row['want'] as Record<string, unknown>;
    const [header] = [...rpmHeaders(sourceOf(bytes), throwIt)].filter(
      (one) => one.text(tags.name) === row['pkgName'],
    );
    expect(header?.texts(tags.provideName)).toEqual(want['Provides']);
    expect(header?.texts(tags.requireName)).toEqual(want['Requires']);
    const found = analyze('rpm', [artifactFile('var/lib/rpm/Packages', bytes)])?.packageLists?.[0]?.packages;
    expect(found?.find(({ name }) => name === row['pkgName'])).toMatchObject({
      ...{ name: want['Name'], version: want['Version'], release: want['Release'], arch: want['Arch'] },
      ...(want['Epoch'] === undefined ? {} : { epoch: want['Epoch'] }),
      ...(want['Modularitylabel'] === undefined ? {} : { modularityLabel: want['Modularitylabel'] }),
      licenses: [want['License']],
      maintainer: want['Vendor'],
      digest: `md5:${String(want['SigMD5'])}`,
      installedFiles: (row['wantInstalledFileNames'] as string[]).map((path) => path.slice(1)),
    });
    expect(`${header?.text(tags.sourceRpm)}`).toBe(want['SourceRpm']);
  });

  test.each(
    resolvedRows('rpmdb', reader, 'entry_test.go::Test_headerImport').map((row) => [row['name'], row]),
  )('header: %s', (_name, row) => {
    expect(() => new RpmHeader(Buffer.from(row['data'] as number[]))).toThrow(AppError);
  });

  test.each(listedRows())('list: %s', (_name, row) => {
    const { packages } = row['mock'] as { packages: readonly Record<string, unknown>[] };
    const bytes = ndbFile(packages.map(headerOf));
    const found = analyze('rpm', [artifactFile(database, bytes)]);
    const want = {
      packageLists: [{ filePath: database, packages: packagesOf(row['wantPkgs']) }],
      systemFiles: ((row['wantFiles'] ?? []) as string[]).map((path) => path.slice(1)),
    };
    expect(comparable(found)).toEqual(comparable(want));
  });

  test.each(
    resolvedRows('os-analyzers', analyzerFolder, 'rpm_test.go::Test_splitFileName').map((row) => [
      row['name'] as string,
      row,
    ]),
  )('source: %s', (_name, row) => {
    const bytes = ndbFile([headerOf({ Name: 'x', SourceRpm: row['filename'] })]);
    const [found] = analyze('rpm', [artifactFile(database, bytes)])?.packageLists?.[0]?.packages ?? [];
    const { wantName: name, wantVer: version, wantRel: release } = row as Record<string, string>;
    expect([found?.srcName ?? '', found?.srcVersion ?? '', found?.srcRelease ?? '']).toEqual([
      name,
      version,
      release,
    ]);
  });

  describe.each([
    ['rpm', 'rpm_test.go::Test_rpmPkgAnalyzer_Analyze', 'var/lib/rpm/Packages'],
    ['rpm-archive', 'archive_test.go::Test_rpmArchiveAnalyzer_Analyze', undefined],
  ])('%s', (id, table, path) => {
    // Files that the fixtures do not have are left out.
    const present = resolvedRows('os-analyzers', analyzerFolder, table).filter(
      (row) => inputOf(row).Content !== null,
    );
    test.each(present.map((row) => [row['name'] as string, row] as const))('%s', (_name, row) => {
      const { FilePath: filePath, Content: content } = inputOf(row);
      const files = [artifactFile(path ?? filePath, content ?? '')];
      if (row['want'] === undefined || row['want'] === 0) {
        expect(() => analyze(id, files)).toThrow(AppError);
      } else {
        expect(comparable(analyze(id, files))).toEqual(comparable(contributionOf(row['want'])));
      }
    });
  });

  test('every table has its suite', () => {
    // Texts for people (signatures, flags, names of digests) that nothing of ours shows.
    const shownNowhere = [
      'file_digest_test.go::TestFileDigest',
      'file_flags_test.go::TestFormatFileFlags',
      'rpmdb_test.go::Test_parseRSA',
    ];
    const held = ['entry_test.go::Test_headerImport', 'rpmdb_test.go::TestRpmDB_Package'];
    expect(Object.keys(trivyTables('rpmdb')[reader] ?? {}).sort()).toEqual([...held, ...shownNowhere].sort());
  });
});

function throwIt(error: unknown): never {
  throw error;
}

function inputOf(row: Row): { FilePath: string; Content: Buffer | null } {
  return row['input'] as { FilePath: string; Content: Buffer | null };
}

/** Rows about what a database holds; those about its library failing have no counterpart. */
function listedRows(): (readonly [string, Row])[] {
  return resolvedRows('os-analyzers', analyzerFolder, 'rpm_test.go::Test_rpmPkgAnalyzer_listPkgs')
    .filter((row) => (row['mock'] as { err?: unknown }).err === undefined)
    .map((row) => [row['name'] as string, row] as const);
}

const tagsByField: Readonly<Record<string, number>> = {
  Name: tags.name,
  Version: tags.version,
  Release: tags.release,
  Arch: tags.arch,
  Vendor: tags.vendor,
  License: tags.license,
  Modularitylabel: tags.modularityLabel,
  SourceRpm: tags.sourceRpm,
  Provides: tags.provideName,
  Requires: tags.requireName,
  DirNames: tags.dirNames,
  DirIndexes: tags.dirIndexes,
  BaseNames: tags.baseNames,
};

function headerOf(found: Readonly<Record<string, unknown>>): Buffer {
  const values: HeaderValues = new Map(
    Object.entries(found).flatMap(([field, value]) => {
      const tag = tagsByField[field];
      return tag === undefined ? [] : [[tag, value as string | string[] | number[]] as const];
    }),
  );
  return rpmHeaderBytes(values);
}
