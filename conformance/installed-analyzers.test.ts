import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { AppError } from '../packages/core/src/index.ts';
import { mainVersion, stdlibVersion } from '../packages/scanner/src/formats/go/version.ts';
import { parseManifest } from '../packages/scanner/src/formats/jar/manifest.ts';
import { SqliteFile } from '../packages/scanner/src/formats/sqlite/file.ts';
import { wordpressPackage } from '../packages/scanner/src/formats/wordpress/version.ts';
import { zipFile } from '../packages/scanner/src/formats/zip/testkit/write.ts';
import type { AnalyzerContext, Contribution, JavaIndex } from '../packages/scanner/src/index.ts';
import { sourceOf } from '../packages/scanner/src/lib/source.ts';
import { artifactFile } from '../packages/scanner/src/testkit/file.ts';
import { analyze, fileOnDisk, wants } from './lib/trivy-analyze.ts';
import { trivyCasesArePresent, trivyFixtures } from './lib/trivy-cases.ts';
import { comparable, contributionOf, packagesOf } from './lib/trivy-model.ts';
import { resolvedRows, type Row, trivyFixture } from './lib/trivy-rows.ts';

const languages = 'trivy/pkg/fanal/analyzer/language';
const parsers = 'trivy/pkg/dependency/parser';

describe.skipIf(!trivyCasesArePresent)('installed packages and programs (needs ../shared)', () => {
  describe.each([
    ['gobinary', 'golang/binary', 'binary_test.go::Test_gobinaryLibraryAnalyzer_Analyze'],
    ['jar', 'java/jar', 'jar_test.go::Test_javaLibraryAnalyzer_Analyze'],
    ['composer-vendor', 'php/composer', 'vendor_test.go::Test_composerVendorAnalyzer_Analyze'],
    ['gemspec', 'ruby/gemspec', 'gemspec_test.go::Test_gemspecLibraryAnalyzer_Analyze'],
  ])('%s: what it answers', (id, folder, table) => {
    test.each(rowsOf('language-analyzers', `${languages}/${folder}`, table))('%s', (_name, row) => {
      const path = row['inputFile'] as string;
      const file = fileOnDisk(trivyFixture(`${languages}/${folder}`, path), path);
      const options = {
        javaIndex: javaIndex(),
        fileChecksums: row['includeChecksum'] === true,
        // Stands in for the classifier of licence texts.
        classifyLicense: (text: string) =>
          /Apache License\s+Version 2\.0/.test(text) ? [{ name: 'Apache-2.0', confidence: 1 }] : [],
      };
      if (row['wantErr'] !== undefined) {
        expect(() => analyze(id, [file], options)).toThrow(AppError);
      } else {
        expect(comparable(orNothing(() => analyze(id, [file], options)))).toEqual(
          comparable(contributionOf(row['want'])),
        );
      }
    });
  });

  describe.each([
    ['composer-vendor', 'php/composer', 'vendor_test.go::Test_composerVendorAnalyzer_Required'],
    ['python-egg', 'python/packaging', 'egg_test.go::Test_eggAnalyzer_Required'],
    ['python-pkg', 'python/packaging', 'packaging_test.go::Test_packagingAnalyzer_Required'],
  ])('%s: what it asks for', (id, folder, table) => {
    test.each(rowsOf('language-analyzers', `${languages}/${folder}`, table))('%s', (_name, row) => {
      expect(wants(id, row['filePath'] as string)).toBe(row['want']);
    });
  });

  // The rows name files on disk whose permissions an archive does not keep, and one that depends on the system.
  test.each([
    ['testdata/0755', 0o755, true],
    ['testdata/binary.exe', 0o644, true],
    ['testdata/0644', 0o644, false],
  ])('programs: %s with permissions %d is asked for: %s', (path, mode, want) => {
    expect(wants('gobinary', path, mode)).toBe(want);
    expect(wants('rustbinary', path, mode)).toBe(want);
  });

  describe('conda-pkg', () => {
    const folder = `${parsers}/conda/meta`;
    test.each(rowsOf('language-parsers', folder, 'parse_test.go::TestParse'))('%s', (_name, row) => {
      const path = `opt/envs/a/conda-meta/${basename(row['input'] as string)}`;
      const file = fileOnDisk(trivyFixture(folder, row['input'] as string), path);
      if (row['wantErr'] !== undefined) {
        expect(() => analyze('conda-pkg', [file])).toThrow(AppError);
        return;
      }
      const packages = packagesOf(row['want']).map((one) => ({ ...one, filePath: path }));
      const want = { applications: [{ type: 'conda-pkg', filePath: path, packages }] };
      expect(comparable(analyze('conda-pkg', [file]))).toEqual(comparable(want));
    });
  });

  describe('wordpress', () => {
    const folder = `${parsers}/frameworks/wordpress`;
    test.each(
      resolvedRows('language-parsers', folder, 'parse_test.go::TestParseWordPress').map((row) => [
        row['file'],
        row,
      ]),
    )('%s', (file, row) => {
      const text = readFileSync(trivyFixture(folder, file as string), 'utf8');
      if (row['wantErr'] !== undefined) {
        expect(() => wordpressPackage(text)).toThrow(AppError);
      } else {
        expect([wordpressPackage(text)]).toEqual(packagesOf([row['want']]));
      }
    });
  });

  describe('gobinary: versions', () => {
    const folder = `${parsers}/golang/binary`;
    test.each(rowsOf('language-parsers', folder, 'parse_internal_test.go::TestParseStdlibVersion'))(
      'compiler: %s',
      (_name, row) => {
        expect(stdlibVersion(row['goVersion'] as string)).toBe(row['want']);
      },
    );

    test.each(rowsOf('language-parsers', folder, 'parse_test.go::TestParser_ParseLDFlags'))(
      'linker: %s',
      (_name, row) => {
        const { name, flags } = row['args'] as { name: string; flags: readonly string[] };
        // As the program has them: one text, split as a shell does.
        const settings = new Map([
          ['-ldflags', flags.map((flag) => `'${flag.replaceAll("'", `'\\''`)}'`).join(' ')],
        ]);
        const main = { path: name, version: '(devel)' };
        expect(mainVersion({ goVersion: 'go1.22', main, dependencies: [], settings }) ?? '').toBe(
          row['want'],
        );
      },
    );
  });

  describe('jar: licences', () => {
    const folder = `${parsers}/java/jar`;
    test.each(rowsOf('language-parsers', folder, 'parse_test.go::TestParsePluginLicenseName'))(
      'plugin: %s',
      (_name, row) => {
        expect(parseManifest(`${row['line'] as string}\n`).licenses.join()).toBe(row['want']);
      },
    );

    test.each(rowsOf('language-parsers', folder, 'parse_test.go::TestParseBundleLicense'))(
      'bundle: %s',
      (_name, row) => {
        const { licenses } = parseManifest(`Bundle-License: ${row['header'] as string}\n`);
        expect(licenses).toEqual(row['want'] ?? []);
      },
    );

    test.each(rowsOf('language-parsers', folder, 'parse_test.go::TestIsJarLicenseFile'))(
      'file: %s',
      (_name, row) => {
        const archive = zipFile({
          'META-INF/maven/g/a/pom.properties': 'groupId=g\nartifactId=a\nversion=1\n',
          [row['path'] as string]: 'text',
        });
        const classifyLicense = () => [{ name: 'recognised', confidence: 1 }];
        const found = analyze('jar', [artifactFile('a-1.jar', archive)], { classifyLicense });
        const [one] = found?.applications?.[0]?.packages ?? [];
        expect(one?.licenses !== undefined).toBe(row['want']);
      },
    );
  });

  test.each(rowsOf('language-parsers', `${parsers}/nodejs/packagejson`, 'parse_test.go::TestIsValidName'))(
    'node-pkg: name %s',
    (name, row) => {
      const file = artifactFile('package.json', JSON.stringify({ name, version: '1.0.0' }));
      if (row['want'] === true) {
        // Without a name it is no package, but no error either.
        expect(analyze('node-pkg', [file])?.applications?.[0]?.packages[0]?.name ?? '').toBe(name);
      } else {
        expect(() => analyze('node-pkg', [file])).toThrow(AppError);
      }
    },
  );

  describe('rustbinary', () => {
    const folder = `${parsers}/rust/binary`;
    test.each(rowsOf('language-parsers', folder, 'parse_test.go::TestParse'))('%s', (_name, row) => {
      const disk = trivyFixture(folder, row['inputFile'] as string);
      const found = analyze('rustbinary', [fileOnDisk(disk, 'app')]);
      // What is no program says nothing: that is no error of a file in an image.
      const want =
        row['wantErr'] === undefined
          ? [{ type: 'rustbinary', filePath: 'app', packages: packagesOf(row['want'], row['wantDeps']) }]
          : undefined;
      expect(comparable(found)).toEqual(comparable(want === undefined ? null : { applications: want }));
    });
  });
});

function rowsOf(file: string, folder: string, table: string): (readonly [string, Row])[] {
  return resolvedRows(file, folder, table).map((row) => [row['name'] as string, row] as const);
}

/** A file that is none of this kind: Trivy tells it in its log only. */
function orNothing(read: () => Contribution | null): Contribution | null {
  try {
    return read();
  } catch (error) {
    expect(error).toBeInstanceOf(AppError);
    return null;
  }
}

/** The small index of the fixtures. */
function javaIndex(): JavaIndex {
  const path = join(trivyFixtures(), 'java-db/trivy-java.db');
  const file = new SqliteFile(sourceOf(existsSync(path) ? readFileSync(path) : Buffer.alloc(0)));
  const artifacts = [...file.rows('artifacts')];
  const indices = [...file.rows('indices')];
  return {
    bySha1: (sha1) => {
      const [row] = indices.filter((one) => Buffer.compare(one[2] as Buffer, sha1) === 0);
      const artifact = artifacts.find((_, i) => i + 1 === row?.[0]);
      return row === undefined || artifact === undefined
        ? null
        : { groupId: String(artifact[1]), artifactId: String(artifact[2]), version: String(row[1]) };
    },
    exists: (groupId, artifactId) => artifacts.some((one) => one[1] === groupId && one[2] === artifactId),
    groupOf: () => null,
  } satisfies AnalyzerContext['javaIndex'];
}
