import { describe, expect, test } from 'vitest';
import type { AnyVersionScheme, ConstraintOptions } from '../packages/scanner/src/version-scheme.ts';
import { versionSchemes } from '../packages/scanner/src/versions/registry.gen.ts';
import { isAffected } from '../packages/scanner/src/lib/affected.ts';
import { trivyCasesArePresent, trivyTables } from './lib/trivy-cases.ts';

type Row = Readonly<Record<string, unknown>>;
type RowTest = (row: never, scheme: AnyVersionScheme) => void;

function schemeOf(id: string): AnyVersionScheme {
  return versionSchemes.find((scheme) => scheme.id === id)!;
}

function parse(scheme: AnyVersionScheme, text: string): unknown {
  const version = scheme.parse(text);
  expect(version, text).not.toBeNull();
  return version;
}

function sign(scheme: AnyVersionScheme, a: string, b: string): number {
  return Math.sign(scheme.compare(parse(scheme, a), parse(scheme, b)));
}

/** Versions of the deb and rpm tests are written as [epoch, version, revision] or by field. */
type Fields = readonly [number, string, string] | Readonly<Record<string, number | string>>;

function textOf(fields: Fields): string {
  const [epoch, version, revision] = Array.isArray(fields)
    ? (fields as [number, string, string])
    : [
        (fields as Record<string, number>)['epoch'] ?? 0,
        (fields as Record<string, string>)['upstreamVersion'] ?? '',
        (fields as Record<string, string>)['debianRevision'] ?? '',
      ];
  return `${epoch === 0 ? '' : `${epoch}:`}${version}${revision === '' ? '' : `-${revision}`}`;
}

const expectedSigns = { LESS: -1, EQUAL: 0, GREATER: 1 };
const relations: Readonly<Record<string, (sign: number) => boolean>> = {
  Equal: (result) => result === 0,
  GreaterThan: (result) => result > 0,
  LessThan: (result) => result < 0,
  GreaterThanOrEqual: (result) => result >= 0,
  LessThanOrEqual: (result) => result <= 0,
};

function checkConstraint(row: Row, scheme: AnyVersionScheme, options: ConstraintOptions = {}): void {
  const text = String(row['constraint'] ?? row['spec'] ?? row['requirement'] ?? row['s']);
  const constraint = scheme.constraint(text, options);
  if (row['wantErr'] === true) {
    expect(constraint).toBeNull();
    return;
  }
  expect(constraint, text).not.toBeNull();
  expect(constraint!.admits(parse(scheme, String(row['version'])))).toBe(row['want'] ?? false);
}

function isReadable(row: Row, scheme: AnyVersionScheme, options: ConstraintOptions = {}): void {
  const text = String(row['input'] ?? row['constraint'] ?? row['requirement'] ?? row['s']);
  expect(scheme.constraint(text, options) === null).toBe(row['wantErr'] ?? false);
}

function isVersion(row: Row, scheme: AnyVersionScheme): void {
  const wantsError = row['wantErr'] ?? row['err'] ?? row['expected'] === false;
  expect(scheme.parse(String(row['version'] ?? row['ver'])) === null).toBe(wantsError);
}

function comparesAs(
  row: { v1: string; v2: string; want?: number; expected?: number },
  scheme: AnyVersionScheme,
): void {
  expect(sign(scheme, row.v1, row.v2)).toBe(row.want ?? row.expected ?? 0);
}

function relatesAs(name: string): RowTest {
  return (
    row: { v1: Fields | string; v2: Fields | string; want?: boolean; expect?: boolean; expected?: boolean },
    scheme,
  ) => {
    const [a, b] = [row.v1, row.v2].map((side) => (typeof side === 'string' ? side : textOf(side)));
    expect(relations[name]!(sign(scheme, a!, b!))).toBe(row.want ?? row.expect ?? row.expected ?? false);
  };
}

function sorts(
  row: { versions: string[]; want: string[] | string; constraints?: string },
  scheme: AnyVersionScheme,
): void {
  const sorted = row.versions.map((text) => parse(scheme, text)).sort((a, b) => scheme.compare(a, b));
  if (row.constraints === undefined) {
    expect(sorted.map((version) => scheme.print(version))).toEqual(row.want);
    return;
  }
  const constraint = scheme.constraint(row.constraints);
  expect(scheme.print(sorted.findLast((version) => constraint!.admits(version)))).toBe(row.want);
}

function endsAt(operator: string): RowTest {
  return (row: { version: string; want: string }, scheme) => {
    expect(scheme.print(scheme.rangeEnd?.(operator, parse(scheme, row.version)))).toBe(row.want);
  };
}

function prints(row: { version: string; want: string }, scheme: AnyVersionScheme): void {
  expect(scheme.print(parse(scheme, row.version))).toBe(row.want);
}

/** What the rows of each test say, by the end of the test's name; the folder decides where names repeat. */
const rowTests: Readonly<Record<string, Readonly<Record<string, RowTest>>>> = {
  'go-deb-version': {
    TestVersion: (row: { v1: string; v2: string; expected: boolean }, scheme) =>
      expect(sign(scheme, row.v1, row.v2) < 0).toBe(row.expected),
    TestNewVersion: (row: { version: string; expected: Fields; err: boolean }, scheme) => {
      const version = scheme.parse(row.version);
      expect(version === null).toBe(row.err);
      if (version !== null) {
        const [epoch, upstream, revision] = row.expected as [number, string, string];
        expect(version).toEqual({ epoch, upstream, revision });
      }
    },
    TestValid: isVersion,
    TestEqual: relatesAs('Equal'),
    TestGreaterThan: relatesAs('GreaterThan'),
    TestLessThan: relatesAs('LessThan'),
    TestString: (row: { v: Fields; expected: string }, scheme) =>
      expect(scheme.print(parse(scheme, textOf(row.v)))).toBe(row.expected),
    TestCompare: (row: { v1: string; v2: string; negative: boolean }, scheme) =>
      expect(sign(scheme, row.v1, row.v2) < 0).toBe(row.negative),
    // Numbers and texts by turns: a version stays equal when the same numbers are written otherwise.
    TestExtract: (row: { version: string; expectedNum: number[]; expectedStr: string[] }, scheme) => {
      const texts = /^[0-9]/.test(row.version) ? ['', ...row.expectedStr] : row.expectedStr;
      const again = row.expectedNum.map((number, i) => `${texts[i] ?? ''}0${number}`).join('');
      expect(sign(scheme, `0:0${row.version}-0`, `0:0${again}-0`)).toBe(0);
    },
    // The rank of a character shows in the order of versions that differ by it.
    TestOrder: (row: { r: string; expected: number }, scheme) => {
      if (scheme.parse(`1${row.r}`) !== null) {
        expect(sign(scheme, `1${row.r}`, '1')).toBe(Math.sign(row.expected));
        expect(sign(scheme, `1${row.r}`, '1+')).toBe(row.expected < 256 + 43 ? -1 : 1);
      } else {
        expect(row.r).toBe('\u0007');
      }
    },
    TestCompareString: (row: { s1: string; s2: string; negative: boolean }, scheme) =>
      expect(sign(scheme, `1${row.s1}`, `1${row.s2}`) < 0).toBe(row.negative),
  },
  'go-rpm-version': {
    TestNewVersion: (row: { version: string; expected: readonly [] | [number, string, string] }, scheme) => {
      const [epoch = 0, version = '', release = ''] = row.expected;
      expect(scheme.parse(row.version)).toEqual({ epoch, version, release });
    },
    TestString: (row: { v: Fields; expected: string }, scheme) =>
      expect(scheme.print(parse(scheme, textOf(row.v)))).toBe(row.expected),
    TestParseAndCompare: (
      row: { v1: string; v2: string; expected: { $ref: keyof typeof expectedSigns } },
      scheme,
    ) => expect(sign(scheme, row.v1, row.v2)).toBe(expectedSigns[row.expected.$ref]),
  },
  'go-apk-version': { TestNewVersion: isVersion },
  'go-version/pkg/prerelease': {
    TestCompare: (row: { args: { p1: string; p2: string }; want: number }) => {
      const [a, b] = [row.args.p1, row.args.p2].map((pre) => (pre === '' ? '1.0.0' : `1.0.0-${pre}`));
      expect(sign(schemeOf('semver'), a!, b!)).toBe(row.want);
    },
  },
  'go-version/pkg/semver': {
    TestNewConstraints: isReadable,
    TestConstraint_Check: checkConstraint,
    TestConstraint_CheckWithPreRelease: (row: Row, scheme) =>
      checkConstraint(row, scheme, { prereleases: true }),
    TestConstraint_CheckWithPreReleaseAndZeroPadding: (row: Row, scheme) =>
      checkConstraint(row, scheme, { prereleases: true, zeroPadding: true }),
    TestConstraints_Check: checkConstraint,
    TestCollection: sorts,
    TestNewVersion: isVersion,
    TestVersion_Compare: comparesAs,
  },
  'go-version/pkg/version': {
    TestNewConstraints: isReadable,
    TestVersion_Check: checkConstraint,
    TestCollection: sorts,
    TestCollection_Constraints: sorts,
    TestParse: isVersion,
    TestVersion_Compare: comparesAs,
    TestVersion_ComparePreRelease: comparesAs,
    TestVersion_String: prints,
    ...Object.fromEntries(Object.keys(relations).map((name) => [`TestVersion_${name}`, relatesAs(name)])),
    TestVersion_PessimisticBump: endsAt('~>'),
    TestVersion_TildeBump: endsAt('~'),
    TestVersion_CaretBump: endsAt('^'),
  },
  'go-npm-version/pkg': {
    TestNewConstraints: isReadable,
    TestConstraints_Check: checkConstraint,
    TestCollection: sorts,
  },
  'go-pep440-version': {
    TestNewConstraints: isReadable,
    TestVersion_Check: checkConstraint,
    TestVersion_CheckWithPreRelease: (row: Row, scheme) =>
      checkConstraint(row, scheme, { prereleases: true }),
    TestParseInvalidVersion: (text: string, scheme) => expect(scheme.parse(text)).toBeNull(),
    TestVersion_String: prints,
  },
  'go-mvn-version': {
    TestNewComparer: isReadable,
    TestComparerCheck: checkConstraint,
    TestNewConstraints: isReadable,
    TestVersion_Check: checkConstraint,
    TestNewRequirements: (row: Row, scheme) => isReadable(row, scheme, { rangesOnly: true }),
    TestRequirementsCheck: (row: Row, scheme) => checkConstraint(row, scheme, { rangesOnly: true }),
    TestEqual: relatesAs('Equal'),
    TestGreaterThan: relatesAs('GreaterThan'),
    TestLessThan: relatesAs('LessThan'),
  },
  'go-gem-version': {
    TestNewConstraints: isReadable,
    TestVersion_Check: checkConstraint,
    TestCollection: sorts,
    TestNewVersion: isVersion,
    TestVersion_Compare: comparesAs,
    TestVersion_Equal: relatesAs('Equal'),
    TestVersion_LessThan: relatesAs('LessThan'),
    TestVersion_GreaterThan: relatesAs('GreaterThan'),
    TestVersion_Release: (row: { version: string; want: string }, scheme) =>
      expect(scheme.print(scheme.release?.(parse(scheme, row.version)))).toBe(row.want),
    TestVersion_Bump: endsAt('~>'),
  },
};

/** The scheme that each folder of the case file is about. */
const schemes: Readonly<Record<string, string>> = {
  'go-deb-version': 'deb',
  'go-rpm-version': 'rpm',
  'go-apk-version': 'apk',
  'go-version/pkg/prerelease': 'semver',
  'go-version/pkg/semver': 'semver',
  'go-version/pkg/version': 'generic',
  'go-npm-version/pkg': 'npm',
  'go-pep440-version': 'pep440',
  'go-mvn-version': 'maven',
  'go-gem-version': 'gem',
  'trivy/pkg/detector/library/compare': 'generic',
  'trivy/pkg/detector/library/compare/bitnami': 'bitnami',
  'trivy/pkg/detector/library/compare/maven': 'maven',
  'trivy/pkg/detector/library/compare/npm': 'npm',
  'trivy/pkg/detector/library/compare/pep440': 'pep440',
  'trivy/pkg/detector/library/compare/rubygems': 'gem',
};

/** Lists in which each version comes before all behind it. */
const ascending = new Set(['TestVersionQualifier', 'TestVersionsNumber']);

interface AdvisoryRow {
  readonly allowLocalSpec?: boolean;
  readonly args: {
    readonly ver?: string;
    readonly currentVersion?: string;
    readonly advisory: Readonly<Record<string, string[] | null>>;
  };
  readonly want?: boolean;
}

function isVulnerable(
  { args, want = false, allowLocalSpec = false }: AdvisoryRow,
  scheme: AnyVersionScheme,
): void {
  const { VulnerableVersions, PatchedVersions, UnaffectedVersions } = args.advisory;
  const advisory = {
    vulnerableVersions: VulnerableVersions ?? [],
    patchedVersions: PatchedVersions ?? [],
    unaffectedVersions: UnaffectedVersions ?? [],
  };
  const options = { localVersions: allowLocalSpec };
  expect(isAffected(scheme, args.ver ?? args.currentVersion!, advisory, options)).toBe(want);
}

describe.skipIf(!trivyCasesArePresent)('version orders (needs ../shared)', () => {
  const tables = trivyCasesArePresent ? trivyTables('version-compare') : {};

  for (const [folder, tests] of Object.entries(tables)) {
    const scheme = schemeOf(schemes[folder]!);
    for (const [name, groups] of Object.entries(tests)) {
      const short = name.split('::')[1]!;
      const rows = groups.flatMap((group) => group.rows as Row[]);
      if (ascending.has(short)) {
        test(`${folder} ${short}`, () => {
          const texts = rows.map((row) => JSON.stringify(row).slice(1, -1));
          for (const [i, low] of texts.entries()) {
            for (const high of texts.slice(i + 1)) {
              expect(sign(scheme, low, high), `${low} < ${high}`).toBe(-1);
            }
          }
        });
        continue;
      }
      const rowTest = short.endsWith('IsVulnerable') ? isVulnerable : rowTests[folder]?.[short];
      test.each(rows.map((row) => [JSON.stringify(row), row] as const))(
        `${folder} ${short} %s`,
        (_text, row) => {
          expect(rowTest).toBeDefined();
          rowTest!(row as never, scheme);
        },
      );
    }
  }
});
