import { join } from 'node:path';
import { silentLog } from '@lanner/core';
import type { OsInfo, Package, Vulnerability } from '@lanner/scanner';
import { describe, expect, test } from 'vitest';
import type { Calendar } from '../packages/scanner/src/distribution.ts';
import { BucketDatabase } from '../packages/scanner/src/db/advisory-database.ts';
import { isInRanges } from '../packages/scanner/src/lib/os-findings.ts';
import { matchApplication } from '../packages/scanner/src/match/applications.ts';
import {
  calendarAt,
  isPastEndOfLife,
  matchedFamilies,
  matchOsPackages,
} from '../packages/scanner/src/match/os-packages.ts';
import { versionSchemes } from '../packages/scanner/src/versions/registry.gen.ts';
import { distributions } from '../packages/scanner/src/distributions/registry.gen.ts';
import { fixtureStore, fixtureStoreOf } from '../packages/scanner/src/testkit/bolt-fixtures.ts';
import { type GoObject, goPackage, goText, goVulnerability, isGoObject } from './lib/go-values.ts';
import { trivyCasesArePresent, trivyFixtures, trivyTables } from './lib/trivy-cases.ts';

interface Row extends GoObject {
  readonly name?: string;
  readonly fixtures?: readonly string[];
  readonly args?: GoObject;
  readonly want?: unknown;
}

/** Families of folders that are not named after one. */
const families: Readonly<Record<string, string>> = {
  azure: '',
  suse: '',
  rapidfort: '',
  rootio: '',
  seal: '',
};
/** The table of Ubuntu's tests has no extended maintenance of 20.04. */
function calendar(now: string): Calendar {
  const dates = calendarAt(new Date(now));
  return {
    ...dates,
    endOfLife: (table, release) =>
      table === 'ubuntu' && release === '20.04-ESM' ? null : dates.endOfLife(table, release),
  };
}
const today = calendar('2023-01-01T00:00:00Z');

function database(folder: string, { fixtures = [] }: Row): BucketDatabase {
  const base = join(trivyFixtures(), folder.replace(/^trivy\//, 'trivy-testdata/'));
  return new BucketDatabase(fixtureStore(fixtures.map((path) => join(base, path))));
}

function familyOf(folder: string, row: Row): string {
  const id = folder.split('/').at(-1)!;
  const named =
    row['baseOS'] ?? row.args?.['dist'] ?? row['distribution'] ?? row['osFamily'] ?? row.args?.['osFamily'];
  return goText(named) ?? families[id] ?? id;
}

function byId(a: Vulnerability, b: Vulnerability): number {
  return `${a.vulnerabilityId} ${a.fixedVersion ?? ''}` < `${b.vulnerabilityId} ${b.fixedVersion ?? ''}`
    ? -1
    : 1;
}

function wanted(row: Row): Vulnerability[] {
  const list = (row.want ?? []) as GoObject[];
  return list.map(goVulnerability).sort(byId);
}

function detect(folder: string, row: Row): void {
  const { args = row } = row;
  const packages = ((args['pkgs'] ?? []) as GoObject[]).map(goPackage);
  const repository = args['repo'] as GoObject | undefined;
  const id = folder.split('/').at(-1)!;
  const os: OsInfo = {
    family: familyOf(folder, row),
    name: goText(args['osVer']) ?? '',
    ...(id === 'rapidfort' ? { supplier: 'rapidfort' } : {}),
  };
  function run(): Vulnerability[] {
    const distribution = distributions.find(({ id: own }) => own === id);
    // The tables ask the driver itself, whoever would choose it.
    const input = {
      family: os.family,
      release: os.name ?? '',
      packages,
      ...(isGoObject(repository)
        ? { repository: { family: '', release: goText(repository['Release']) ?? '' } }
        : {}),
      database: database(folder, row),
      calendar: today,
      log: silentLog,
      detectBase: (some: readonly Package[]) =>
        matchOsPackages(
          { os, packages: some },
          { database: input.database, calendar: today, log: silentLog },
        ) ?? [],
    };
    return (distribution?.detect ?? distributionOf(os.family).detect)(input);
  }
  if ((row['wantErr'] ?? false) !== false) {
    expect(run).toThrow();
    return;
  }
  expect(run().sort(byId)).toEqual(wanted(row));
}

function distributionOf(family: string): (typeof distributions)[number] {
  return distributions.find((one) => one.supplies === undefined && one.families.includes(family))!;
}

function isSupported(folder: string, row: Row): void {
  const { args = row } = row;
  const os = { family: familyOf(folder, row), name: goText(args['osVer'] ?? args['osVersion']) ?? '' };
  expect(!isPastEndOfLife(os, [], calendar(String(row['now'])))).toBe(row.want ?? row['expected']);
}

function ranges(folder: string, row: Row): void {
  const version = goText(row['installedVersion']) ?? '';
  const list = row['vulnerableRanges'] as string[];
  const family = goText(row['baseOS']) ?? 'debian';
  const scheme = { alpine: 'apk', redhat: 'rpm' }[family] ?? 'deb';
  const isRapidFort = folder.endsWith('rapidfort');
  const found = (!isRapidFort || version !== '') && isInRanges(scheme, version, list, !isRapidFort);
  expect(found).toBe(row.want ?? false);
}

function constraint(scheme: string): (folder: string, row: Row) => void {
  return (_folder, row) => {
    const comparer = versionSchemes.find(({ id }) => id === scheme)!;
    const version = comparer.parse(String(row['version']));
    const read = comparer.constraint(String(row['constraints']));
    if (row['wantErr'] === true) {
      expect(read === null || version === null).toBe(true);
      return;
    }
    expect(read!.admits(version)).toBe(row.want ?? false);
  };
}

function supplies(folder: string, row: Row): void {
  const os = row['os'] as GoObject;
  const distribution = distributions.find(({ id }) => id === folder.split('/').at(-1))!;
  const packages = (row['pkgs'] as GoObject[]).map(goPackage);
  expect(distribution.supplies!({ family: goText(os['Family']) ?? '' }, packages)).toBe(row.want ?? false);
}

/** The filter shows in what is found: each package that is kept has a vulnerability here. */
function filters(_folder: string, row: Row): void {
  const packages = ((row['pkgs'] ?? []) as GoObject[]).map(goPackage);
  const names = [...new Set(packages.flatMap(({ name, srcName }) => [name, srcName ?? name]))];
  const pairs = names.map(
    (name) =>
      `{bucket: ${name}, pairs: [{key: CVE-1, value: {VulnerableVersions: ["<9"], PatchedVersions: ["9"]}}]}`,
  );
  const plain = names.map((name) => `{bucket: ${name}, pairs: [{key: CVE-1, value: {FixedVersion: "9"}}]}`);
  const text = `[{bucket: seal debian, pairs: [${pairs.join(', ')}]}, {bucket: debian 9, pairs: [${plain.join(', ')}]}]`;
  const seal = distributions.find(({ id }) => id === 'seal')!;
  const versioned = packages.map((pkg) => ({
    ...pkg,
    srcName: pkg.srcName ?? pkg.name,
    version: '1',
    srcVersion: '1',
  }));
  // The seal driver is chosen by one sealed package, which the table does not always have.
  const sealed = { name: 'seal-x', srcName: 'seal-x', version: '1', srcVersion: '1' };
  const found = matchOsPackages(
    { os: { family: 'debian', name: '9' }, packages: [...versioned, sealed] },
    { database: new BucketDatabase(fixtureStoreOf([text])), calendar: today, log: silentLog },
  );
  expect(seal.supplies!({ family: 'debian' }, [sealed])).toBe(true);
  const want = ((row.want ?? []) as GoObject[]).map((pkg) => goPackage(pkg).name);
  expect(found!.map(({ pkgName }) => pkgName).sort()).toEqual(want.sort());
}

/** The tag chooses the bucket. */
function distTag(_folder: string, row: Row): void {
  const { ver, wantTag, wantNum } = row as unknown as { ver: string; wantTag?: string; wantNum?: string };
  const number = wantNum === undefined || wantNum === '' ? '' : ` ${wantNum}`;
  const bucket =
    wantTag === 'fc'
      ? `fedora${number}`
      : wantTag === 'rf'
        ? 'Red Hat'
        : wantTag === 'el'
          ? `Red Hat${number}`
          : 'Red Hat 77';
  const text = `[{bucket: "rapidfort ${bucket}", pairs: [{bucket: a, pairs: [{key: CVE-1, value: {Severity: 1}}]}]}]`;
  const found = matchOsPackages(
    { os: { family: 'redhat', name: '77', supplier: 'rapidfort' }, packages: [{ name: 'a', version: ver }] },
    { database: new BucketDatabase(fixtureStoreOf([text])), calendar: today, log: silentLog },
  );
  expect(found).toHaveLength(1);
}

function detectLibrary(folder: string, row: Row): void {
  const args = row.args!;
  const type = goText(row['libType']) ?? '';
  const application = {
    type,
    filePath: '',
    packages: [{ name: goText(args['pkgName']) ?? '', version: goText(args['pkgVer']) ?? '' }],
  };
  function run(): Vulnerability[] {
    return matchApplication(application, { database: database(folder, row), log: silentLog }) ?? [];
  }
  if ((row['wantErr'] ?? false) !== false) {
    expect(run).toThrow();
    return;
  }
  expect(run().sort(byId)).toEqual(wanted(row));
}

const rowTests: Readonly<Record<string, (folder: string, row: Row) => void>> = {
  TestScanner_Detect: detect,
  TestScanner_IsSupportedVersion: isSupported,
  TestScanner_IsVulnerable: ranges,
  TestScanner_FilterPackages: filters,
  TestSupplier: supplies,
  TestRpmDistTag: distTag,
  TestConstraints_Check: constraint('deb'),
  TestConstraints_CheckWithAPKComparer: constraint('apk'),
  TestConstraints_CheckWithRPMComparer: constraint('rpm'),
  TestDriver_Detect: detectLibrary,
};

/** Tests of Go's way to register drivers: there is a registry of files here (known-differences.md). */
const registration = new Set(['TestNewDetector', 'TestDriversPackageFilter']);

function rowsOf(rows: unknown): Row[] {
  return Array.isArray(rows)
    ? (rows as Row[])
    : Object.entries(rows as Record<string, Row>).map(([name, row]) => ({ name, ...row }));
}

describe.skipIf(!trivyCasesArePresent)('detectors (needs ../shared)', () => {
  const tables = trivyCasesArePresent ? trivyTables('detectors') : {};
  for (const [folder, tests] of Object.entries(tables)) {
    for (const [file, groups] of Object.entries(tests)) {
      const name = file.split('::')[1]!;
      if (registration.has(name)) {
        continue;
      }
      for (const [i, row] of groups.flatMap(({ rows }) => rowsOf(rows)).entries()) {
        test(`${folder} ${name} ${i} ${row.name ?? ''}`, () => rowTests[name]!(folder, row));
      }
    }
  }

  test('an unknown family has no result, and known ones are matched', () => {
    const options = { database: new BucketDatabase(fixtureStoreOf([])), calendar: today, log: silentLog };
    expect(matchOsPackages({ os: { family: 'unknown-os' }, packages: [] }, options)).toBeNull();
    expect(matchedFamilies.has('centos')).toBe(true);
  });

  test('Echo speaks of packages of third parties too', () => {
    expect(distributionOf('echo').covers?.({ name: 'gh' })).toBe(true);
  });
});
