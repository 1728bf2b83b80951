import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { AppError } from '../packages/core/src/index.ts';
import type {
  AnalyzerContext,
  ArtifactFile,
  Contribution,
  HostFiles,
} from '../packages/scanner/src/index.ts';
import { sortPythonFolders } from '../packages/scanner/src/lockfiles/python/site-packages.ts';
import { readArchive } from '../packages/scanner/src/testkit/archive.ts';
import { artifactFile, plainContext } from '../packages/scanner/src/testkit/file.ts';
import { analyze, analyzerOf, fileOnDisk, hostFiles, wants } from './lib/trivy-analyze.ts';
import { trivyCasesArePresent } from './lib/trivy-cases.ts';
import { comparable, contributionOf } from './lib/trivy-model.ts';
import { filesBelow, resolvedRows, type Row, trivyFixture } from './lib/trivy-rows.ts';

const languages = 'trivy/pkg/fanal/analyzer/language';

/** Stands in for the classifier of licence texts. */
const classifyLicense: NonNullable<AnalyzerContext['classifyLicense']> = (text) =>
  [
    { pattern: /Apache License\s+Version 2\.0/, name: 'Apache-2.0' },
    { pattern: /Permission is hereby granted, free of charge/, name: 'MIT' },
    { pattern: /Permission to use, copy, modify, and\/or distribute/, name: 'ISC' },
    { pattern: /Redistribution and use in source and binary forms/, name: 'BSD-3-Clause' },
  ]
    .filter(({ pattern }) => pattern.test(text))
    .map(({ name }) => ({ name, confidence: 1 }));

/** A row's lock files and the files of the machine beside them. */
interface Input {
  readonly files: readonly ArtifactFile[];
  readonly host?: HostFiles;
}

describe.skipIf(!trivyCasesArePresent)('lock files (needs ../shared)', () => {
  describe.each([
    ['conan', 'c/conan', 'conan_test.go::Test_conanLockAnalyzer_Analyze'],
    ['pub', 'dart/pub', 'pubspec_test.go::Test_pubSpecLockAnalyzer_Analyze'],
    ['nuget', 'dotnet/nuget', 'nuget_test.go::Test_nugetLibraryAnalyzer_Analyze'],
    ['hex', 'elixir/mix', 'mix_test.go::Test_mixLockAnalyzer_Analyze'],
    ['gomod', 'golang/mod', 'mod_test.go::Test_gomodAnalyzer_Analyze'],
    ['gradle', 'java/gradle', 'lockfile_test.go::Test_gradleLockAnalyzer_Analyze'],
    ['sbt', 'java/sbt', 'lockfile_test.go::Test_sbtDependencyLockAnalyzer'],
    ['npm', 'nodejs/npm', 'npm_test.go::Test_npmLibraryAnalyzer_Analyze'],
    ['yarn', 'nodejs/yarn', 'yarn_test.go::Test_yarnLibraryAnalyzer_Analyze'],
    ['composer', 'php/composer', 'composer_test.go::Test_composerAnalyzer_PostAnalyze'],
    ['pylock', 'python/pylock', 'pylock_test.go::Test_pylockAnalyzer_Analyze'],
    ['uv', 'python/uv', 'uv_test.go::Test_uvAnalyzer_PostAnalyze'],
    ['cargo', 'rust/cargo', 'cargo_test.go::Test_cargoAnalyzer_Analyze'],
    ['cocoapods', 'swift/cocoapods', 'cocoapods_test.go::Test_cocoaPodsLockAnalyzer_Analyze'],
    ['swift', 'swift/swift', 'swift_test.go::Test_swiftLockAnalyzer_Analyze'],
  ])('%s: what it answers', (id, folder, table) => {
    test.each(rowsOf(folder, table))('%s', (_name, row) => {
      const { files, host } = inputOf(id, `${languages}/${folder}`, row);
      const found = orNothing(() => analyze(id, files, { classifyLicense, host: host ?? null }));
      expect(comparable(found)).toEqual(comparable(contributionOf(row['want'])));
    });
  });

  describe.each([
    ['conan', 'c/conan', 'conan_test.go::Test_conanLockAnalyzer_Required'],
    ['conda-environment', 'conda/environment', 'environment_test.go::Test_environmentAnalyzer_Required'],
    ['pub', 'dart/pub', 'pubspec_test.go::Test_pubSpecLockAnalyzer_Required'],
    ['pom', 'java/pom', 'pom_test.go::Test_pomAnalyzer_Required'],
    ['npm', 'nodejs/npm', 'npm_test.go::Test_nodePkgLibraryAnalyzer_Required'],
    ['pylock', 'python/pylock', 'pylock_test.go::Test_pylockAnalyzer_Required'],
  ])('%s: what it asks for', (id, folder, table) => {
    test.each(rowsOf(folder, table))('%s', (_name, row) => {
      expect(wants(id, row['filePath'] as string)).toBe(row['want']);
    });
  });

  test('pip: folders of Python by version', () => {
    const [names, sorted] = ['dirs', 'wantDirs'].map(
      (variable) =>
        resolvedRows(
          'language-analyzers',
          `${languages}/python/pip`,
          'pip_test.go::Test_sortPythonDirs',
          variable,
        ) as unknown as string[],
    );
    expect(sortPythonFolders(names ?? [])).toEqual(sorted);
  });
});

function rowsOf(folder: string, table: string): (readonly [string, Row])[] {
  const rows = resolvedRows('language-analyzers', `${languages}/${folder}`, table);
  return rows.map((row) => [(row['name'] ?? row['dir']) as string, row] as const);
}

function inputOf(id: string, folder: string, row: Row): Input {
  const archive = (row['txtar'] ?? row['file']) as string | undefined;
  if (archive !== undefined) {
    return archiveInput(id, trivyFixture(folder, archive), row['gopath'] === true);
  }
  const { inputFile } = row;
  if (typeof inputFile === 'string') {
    return { files: [fileOnDisk(trivyFixture(folder, inputFile), inputFile)] };
  }
  const disk = trivyFixture(folder, row['dir'] as string);
  const host = hostFiles(trivyFixture(folder, '.'), environment(row));
  const files = existsSync(disk) ? lockfilesBelow(id, disk) : [];
  return { files, host };
}

/** What the analyzer asks for; where that is nothing, a row gives it files of other names, as file patterns do. */
function lockfilesBelow(id: string, disk: string): readonly ArtifactFile[] {
  const asked = filesBelow(disk)
    .map((path) => fileOnDisk(join(disk, path), path))
    .filter((file) => analyzerOf(id).wants(file, { ...plainContext, classifyLicense }));
  return asked.length > 0 ? asked : filesBelow(disk).map((path) => fileOnDisk(join(disk, path), path));
}

/** Where the row's package manager keeps its cache. */
function environment(row: Row): Record<string, string> {
  const { env, cacheDir, pubCacheEnv } = row;
  return {
    ...(env as Record<string, string> | undefined),
    ...(typeof cacheDir === 'object' ? (cacheDir as Record<string, string>) : {}),
    ...(typeof cacheDir === 'string' ? { GRADLE_USER_HOME: cacheDir } : {}),
    ...(typeof pubCacheEnv === 'string' ? { PUB_CACHE: pubCacheEnv } : {}),
  };
}

/** Files of a text archive; the module cache is an archive beside it. */
function archiveInput(id: string, disk: string, hasGopath: boolean): Input {
  const archive = [...readArchive(readFileSync(disk, 'utf8'))].map(
    ([path, content]) => [path.replace(/^\.\//, ''), content] as const,
  );
  const files = archive
    .map(([path, content]) => artifactFile(path, content))
    .filter((file) => analyzerOf(id).wants(file, { ...plainContext, classifyLicense }));
  return hasGopath
    ? { files, host: archiveHost(readArchive(readFileSync(join(dirname(disk), 'gopath.txtar'), 'utf8'))) }
    : { files };
}

function archiveHost(files: ReadonlyMap<string, Buffer>): HostFiles {
  const local = (path: string): string => path.replace(/^\/gopath\//, '');
  return {
    env: { GOPATH: '/gopath' },
    read: (path) => files.get(local(path)) ?? null,
    list: (path) =>
      [...files.keys()]
        .filter((name) => name.startsWith(`${local(path)}/`))
        .map((name) => name.slice(local(path).length + 1).split('/', 1)[0] ?? ''),
  };
}

/** A damaged file that is looked at alone is skipped with a word in the log. */
function orNothing(read: () => Contribution | null): Contribution | null {
  try {
    return read();
  } catch (error) {
    expect(error).toBeInstanceOf(AppError);
    return null;
  }
}
