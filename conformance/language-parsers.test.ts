import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { AppError } from '../packages/core/src/index.ts';
import type { Contribution, Package } from '../packages/scanner/src/index.ts';
import { parsePnpmKey, pnpmVersion } from '../packages/scanner/src/lockfiles/node/pnpm-lock.ts';
import { parseYarnDependency, parseYarnPatterns } from '../packages/scanner/src/lockfiles/node/yarn-lock.ts';
import { parsePyproject } from '../packages/scanner/src/lockfiles/python/pyproject.ts';
import { analyze, fileOnDisk } from './lib/trivy-analyze.ts';
import { trivyCasesArePresent } from './lib/trivy-cases.ts';
import { comparable, packagesOf } from './lib/trivy-model.ts';
import { resolvedRows, type Row, trivyFixture } from './lib/trivy-rows.ts';

const parsers = 'trivy/pkg/dependency/parser';

describe.skipIf(!trivyCasesArePresent)('parsers of lock files (needs ../shared)', () => {
  describe.each([
    ['conda-environment', 'conda/environment', 'parse_test.go::TestParse', 'environment.yml'],
    ['gradle', 'gradle/lockfile', 'parse_test.go::TestParser_Parse', 'gradle.lockfile'],
    ['hex', 'hex/mix', 'parse_test.go::TestParser_Parse', 'mix.lock'],
    ['npm', 'nodejs/npm', 'parse_test.go::TestParse', 'package-lock.json'],
    ['pnpm', 'nodejs/pnpm', 'parse_test.go::TestParse', 'pnpm-lock.yaml'],
    ['yarn', 'nodejs/yarn', 'parse_test.go::TestParse', 'yarn.lock'],
    ['nuget', 'nuget/lock', 'parse_test.go::TestParse', 'packages.lock.json'],
    ['packages-props', 'nuget/packagesprops', 'parse_test.go::TestParse', 'Packages.props'],
    ['composer', 'php/composer', 'parse_test.go::TestParse', 'composer.lock'],
    ['pipenv', 'python/pipenv', 'parse_test.go::TestParse', 'Pipfile.lock'],
    ['pylock', 'python/pylock', 'parse_test.go::TestParser_Parse', 'pylock.toml'],
    ['uv', 'python/uv', 'parse_test.go::TestParser_Parse', 'uv.lock'],
    ['bundler', 'ruby/bundler', 'parse_test.go::TestParser_Parse', 'Gemfile.lock'],
    ['cargo', 'rust/cargo', 'parse_test.go::TestParse', 'Cargo.lock'],
    ['cocoapods', 'swift/cocoapods', 'parse_test.go::TestParse', 'Podfile.lock'],
    ['swift', 'swift/swift', 'parse_test.go::TestParser_Parse', 'Package.resolved'],
  ])('%s', (id, folder, table, name) => {
    test.each(rowsOf(folder, table))('%s', (_name, row) => {
      const path = (row['file'] ?? row['input'] ?? row['inputFile']) as string;
      const file = fileOnDisk(trivyFixture(`${parsers}/${folder}`, path), name);
      const wanted = row['wantPkgs'] ?? row['want'];
      const found = packagesIn(orNothing(() => analyze(id, [file])));
      if (row['wantErr'] !== undefined && row['wantErr'] !== 'assert.NoError') {
        expect(found).toEqual([]);
        return;
      }
      const list = id === 'conda-environment' ? (wanted as Row)['Packages'] : wanted;
      // Rows without a graph, or with one by the name of a variable, do not tell what depends on what.
      const graph = row['wantDeps'];
      const hasGraph = Array.isArray(graph) || (id !== 'npm' && graph === undefined);
      const compared = hasGraph ? found : found.map((one) => ({ ...one, dependsOn: [] }));
      expect(comparable(compared)).toEqual(comparable(packagesOf(list, hasGraph ? graph : [])));
    });
  });

  describe('pnpm', () => {
    const folder = 'nodejs/pnpm';
    test.each(rowsOf(folder, 'parse_test.go::Test_parsePnpmKey'))('key: %s', (_name, row) => {
      const found = parsePnpmKey(row['pkg'] as string, row['lockFileVer'] as number);
      expect(found).toEqual({ name: row['wantName'], version: row['wantVersion'] });
    });

    test.each(rowsOf(folder, 'parse_test.go::Test_parseVersion'))('version: %s', (_name, row) => {
      expect(pnpmVersion(row['ver'] as string)).toBe(row['wantVer']);
    });
  });

  describe('yarn', () => {
    const folder = 'nodejs/yarn';
    test.each(rowsOf(folder, 'parse_test.go::TestParsePackagePatterns'))('patterns: %s', (_name, row) => {
      const found = parseYarnPatterns(row['target'] as string);
      expect(found).toEqual(
        row['occurErr'] === true
          ? null
          : {
              name: row['expectName'],
              protocol: row['expectProtocol'] ?? '',
              patterns: row['expactPatterns'],
            },
      );
    });

    test.each(rowsOf(folder, 'parse_test.go::TestGetDependency'))('dependency: %s', (_name, row) => {
      const found = parseYarnDependency(row['target'] as string);
      expect(found).toEqual({ name: row['expectName'], range: row['expactVersion'] });
    });
  });

  test.each(rowsOf('python/pyproject', 'pyproject_test.go::TestPyProject_MainDeps'))(
    'pyproject: %s',
    (_name, row) => {
      const disk = trivyFixture(`${parsers}/python/pyproject`, row['file'] as string);
      const { args } = row['want'] as { args: string[] };
      expect([...parsePyproject(readFileSync(disk, 'utf8')).main].sort()).toEqual(args.sort());
    },
  );
});

function rowsOf(folder: string, table: string): (readonly [string, Row])[] {
  const rows = resolvedRows('language-parsers', `${parsers}/${folder}`, table);
  return rows.map((row) => [(row['name'] ?? row['file'] ?? row['target']) as string, row] as const);
}

function packagesIn(found: Contribution | null): readonly Package[] {
  return found?.applications?.[0]?.packages ?? [];
}

function orNothing(read: () => Contribution | null): Contribution | null {
  try {
    return read();
  } catch (error) {
    expect(error).toBeInstanceOf(AppError);
    return null;
  }
}
