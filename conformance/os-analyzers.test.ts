import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { AppError } from '../packages/core/src/index.ts';
import type { ArtifactFile, Contribution } from '../packages/scanner/src/index.ts';
import { readArchive } from '../packages/scanner/src/testkit/archive.ts';
import { artifactFile } from '../packages/scanner/src/testkit/file.ts';
import { analyze, fileOnDisk, wants } from './lib/trivy-analyze.ts';
import { trivyCasesArePresent, trivyTables } from './lib/trivy-cases.ts';
import { comparable, contributionOf, packagesOf } from './lib/trivy-model.ts';
import { resolvedRows, type Row, trivyFixture } from './lib/trivy-rows.ts';

const root = 'trivy/pkg/fanal/analyzer';

interface Table {
  readonly folder: string;
  readonly table: string;
  /** The analyzer that its rows are about. */
  readonly id: string;
  /** The path in the artifact, where the row does not tell. */
  readonly path?: string;
  /** Turns a row into files and what is expected; the usual forms of rows need none. */
  readonly read?: (row: Row, folder: string) => { files: ArtifactFile[]; want: Contribution | null };
}

/** Tables of what an analyzer answers. */
const answers: readonly Table[] = [
  { folder: 'os/alpine', table: 'alpine_test.go::TestAlpineReleaseOSAnalyzer_Required', id: 'alpine' },
  {
    folder: 'os/amazonlinux',
    table: 'amazonlinux_test.go::Test_amazonlinuxOSAnalyzer_Analyze',
    id: 'amazon',
  },
  { folder: 'os/debian', table: 'debian_test.go::Test_debianOSAnalyzer_Analyze', id: 'debian' },
  { folder: 'os/redhatbase', table: 'alma_test.go::Test_almaOSAnalyzer_Analyze', id: 'alma' },
  { folder: 'os/redhatbase', table: 'centos_test.go::Test_centosOSAnalyzer_Analyze', id: 'centos' },
  { folder: 'os/redhatbase', table: 'fedora_test.go::Test_fedoraOSAnalyzer_Analyze', id: 'fedora' },
  { folder: 'os/redhatbase', table: 'oracle_test.go::Test_oracleOSAnalyzer_Analyze', id: 'oracle' },
  { folder: 'os/redhatbase', table: 'redhatbase_test.go::Test_redhatOSAnalyzer_Analyze', id: 'redhat' },
  { folder: 'os/redhatbase', table: 'rocky_test.go::Test_rockyOSAnalyzer_Analyze', id: 'rocky' },
  { folder: 'os/release', table: 'release_test.go::Test_osReleaseAnalyzer_Analyze', id: 'os-release' },
  { folder: 'os/ubuntu', table: 'esm_test.go::Test_ubuntuESMAnalyzer_Analyze', id: 'ubuntu-esm' },
  { folder: 'os/ubuntu', table: 'ubuntu_test.go::Test_ubuntuOSAnalyzer_Analyze', id: 'ubuntu' },
  { folder: 'repo/apk', table: 'apk_test.go::Test_apkRepoAnalyzer_Analyze', id: 'apk-repo' },
  {
    folder: 'buildinfo',
    table: 'content_manifest_test.go::Test_contentManifestAnalyzer_Analyze',
    id: 'redhat-content-manifest',
  },
  {
    folder: 'buildinfo',
    table: 'dockerfile_test.go::Test_dockerfileAnalyzer_Analyze',
    id: 'redhat-dockerfile',
  },
  {
    folder: 'pkg/apk',
    table: 'apk_test.go::TestParseApkInfo',
    id: 'apk',
    read: (row, folder) => packageListOf(row, folder, 'lib/apk/db/installed'),
  },
  {
    folder: 'pkg/bottlerocket_inventory',
    table: 'bottlerocket_inventory_test.go::TestParseApplicationInventory',
    id: 'bottlerocket-inventory',
    read: (row, folder) => packageListOf(row, folder, 'application-inventory.json'),
  },
  { folder: 'pkg/dpkg', table: 'copyright_test.go::Test_dpkgLicenseAnalyzer_Analyze', id: 'dpkg-license' },
  { folder: 'pkg/dpkg', table: 'dpkg_test.go::Test_dpkgAnalyzer_Analyze', id: 'dpkg' },
  {
    folder: 'pkg/rpm',
    table: 'rpmqa_test.go::TestParseMarinerDistrolessManifest',
    id: 'rpmqa',
    read: (row, folder) => packageListOf(row, folder, 'container-manifest-2'),
  },
];

/** Tables of the files that an analyzer asks for. */
const requirements: readonly Table[] = [
  { folder: 'pkg/apk', table: 'apk_test.go::TestRequired', id: 'apk' },
  { folder: 'pkg/dpkg', table: 'copyright_test.go::Test_dpkgLicenseAnalyzer_Required', id: 'dpkg-license' },
  { folder: 'pkg/dpkg', table: 'dpkg_test.go::Test_dpkgAnalyzer_Required', id: 'dpkg' },
  { folder: 'os/ubuntu', table: 'esm_test.go::Test_ubuntuESMAnalyzer_Required', id: 'ubuntu-esm' },
  { folder: 'os/ubuntu', table: 'ubuntu_test.go::Test_ubuntuOSAnalyzer_Required', id: 'ubuntu' },
  {
    folder: 'buildinfo',
    table: 'content_manifest_test.go::Test_contentManifestAnalyzer_Required',
    id: 'redhat-content-manifest',
  },
  {
    folder: 'buildinfo',
    table: 'dockerfile_test.go::Test_dockerfileAnalyzer_Required',
    id: 'redhat-dockerfile',
  },
];

/** Tables that other suites hold, and those about the inside of the program that are no behaviour of ours. */
const elsewhere = new Set([
  'pkg/dpkg dpkg_test.go::Test_isThirdPartyPackage',
  'pkg/rpm archive_test.go::Test_rpmArchiveAnalyzer_Analyze',
  'pkg/rpm rpm_test.go::Test_rpmPkgAnalyzer_Analyze',
  'pkg/rpm rpm_test.go::Test_splitFileName',
  'pkg/rpm rpm_test.go::Test_rpmPkgAnalyzer_listPkgs',
]);

describe.skipIf(!trivyCasesArePresent)('operating systems (needs ../shared)', () => {
  describe.each(answers)('$id: $table', ({ folder, table, id, read = usualRow }) => {
    test.each(named(`${root}/${folder}`, table))('%s', (_name, row) => {
      const { files, want } = read(row, `${root}/${folder}`);
      if (hasError(row)) {
        expect(() => analyze(id, files)).toThrow(AppError);
      } else {
        expect(comparable(analyze(id, files))).toEqual(comparable(want));
      }
    });
  });

  describe.each(requirements)('$id: $table', ({ folder, table, id }) => {
    test.each(named(`${root}/${folder}`, table))('%s', (_name, row) => {
      expect(wants(id, row['filePath'] as string)).toBe(row['want']);
    });
  });

  test('every table has its suite', () => {
    const known = new Set([...answers, ...requirements].map(({ folder, table }) => `${folder} ${table}`));
    const missing = Object.entries(trivyTables('os-analyzers'))
      .flatMap(([folder, tables]) =>
        Object.keys(tables).map((table) => `${folder.slice(root.length + 1)} ${table}`),
      )
      .filter((name) => !known.has(name) && !elsewhere.has(name));
    expect(missing).toEqual([]);
  });
});

function named(folder: string, table: string): (readonly [string, Row])[] {
  return resolvedRows('os-analyzers', folder, table).map((row) => [row['name'] as string, row] as const);
}

function hasError(row: Row): boolean {
  return row['wantErr'] !== undefined && row['wantErr'] !== false && row['wantErr'] !== 'require.NoError';
}

/** A file in `input`, `inputFile`, `testFile` or an archive `txtar`, and a whole result in `want`. */
function usualRow(row: Row, folder: string): { files: ArtifactFile[]; want: Contribution | null } {
  const want = contributionOf(row['want'] ?? row['wantResult']);
  const { input, inputFile, testFile, txtar, filePath } = row as Record<string, unknown>;
  if (typeof txtar === 'string') {
    const archive = readArchive(readFileSync(trivyFixture(folder, txtar), 'utf8'));
    return { files: Array.from(archive, ([path, bytes]) => artifactFile(path, bytes)), want };
  }
  if (typeof input === 'object' && input !== null) {
    const { FilePath: path, Content: content } = input as { FilePath: string; Content: Buffer };
    return { files: [artifactFile(path.replace(/^\//, ''), content)], want };
  }
  const disk = trivyFixture(folder, (input ?? inputFile ?? testFile) as string);
  return { files: [fileOnDisk(disk, (filePath ?? inputFile ?? input) as string)], want };
}

/** Rows with `path` or `content` and the packages in `wantPkgs`, files in `wantFiles`. */
function packageListOf(
  row: Row,
  folder: string,
  filePath: string,
): { files: ArtifactFile[]; want: Contribution | null } {
  const content = row['content'] ?? readFileSync(trivyFixture(folder, row['path'] as string));
  const packages = packagesOf(row['wantPkgs']);
  return {
    files: [artifactFile(filePath, content as string | Buffer)],
    want: {
      packageLists: [{ filePath, packages }],
      systemFiles: (row['wantFiles'] ?? []) as string[],
    },
  };
}
