import { describe, expect, test } from 'vitest';
import { type LicenseCategories, LicenseJudge } from '../packages/scanner/src/licenses/judge.ts';
import { analyze, fileOnDisk } from './lib/trivy-analyze.ts';
import { trivyCasesArePresent } from './lib/trivy-cases.ts';
import { contributionOf } from './lib/trivy-model.ts';
import { resolvedRows, trivyFixture } from './lib/trivy-rows.ts';

/** Names of constants in the rows whose value is not in them. */
const names: Readonly<Record<string, string>> = {
  Apache20: 'Apache-2.0',
  BSD3Clause: 'BSD-3-Clause',
  GPL30: 'GPL-3.0',
  MIT: 'MIT',
  Unlicense: 'Unlicense',
};

/** Nothing is in a category that a row does not name. */
const none: LicenseCategories = {
  forbidden: [],
  restricted: [],
  reciprocal: [],
  notice: [],
  permissive: [],
  unencumbered: [],
};

describe.skipIf(!trivyCasesArePresent)('texts of licences (needs ../shared)', () => {
  const rows = resolvedRows(
    'purl-sbom-license',
    'trivy/pkg/licensing',
    'classifier_test.go::TestClassifier_FullClassify',
  );
  test.each(rows.map((row) => [String(row['name']), row] as const))('%s', (_name, row) => {
    const path = String(row['filePath']);
    const file = fileOnDisk(trivyFixture('trivy/pkg/licensing', path), path);
    expect(analyze('license-file', [file])).toEqual(contributionOf({ Licenses: [row['want']] }));
  });

  test.each(['testdata/unlicensed.c', 'testdata/styles.css'])('nothing in %s', (path) => {
    const file = fileOnDisk(trivyFixture('trivy/pkg/licensing', path), path);
    expect(analyze('license-file', [file])).toBeNull();
  });
});

describe.skipIf(!trivyCasesArePresent)('categories of licences (needs ../shared)', () => {
  test.each(rowsOf('TestScanner_Scan'))('%s', (_name, row) => {
    expect(judgeOf(row).judge(textOf(row['licenseName']))).toEqual(wanted(row));
  });

  test.each(rowsOf('TestScanner_ScanTextLicense'))('text: %s', (_name, row) => {
    expect(judgeOf(row).judgeText(textOf(row['licenseText']))).toEqual(wanted(row));
  });
});

type Row = Readonly<Record<string, unknown>>;

function rowsOf(table: string): (readonly [string, Row])[] {
  return resolvedRows('purl-sbom-license', 'trivy/pkg/licensing', `scanner_test.go::${table}`).map(
    (row) => [String(row['name']), row] as const,
  );
}

function judgeOf(row: Row): LicenseJudge {
  const lists = Object.entries(row['categories'] as Record<string, unknown>)
    .filter(([key]) => key.startsWith('types.Category'))
    .map(([key, list]) => [categoryOf(key), (list as unknown[]).map(textOf)] as const);
  const named: LicenseCategories = Object.fromEntries(lists);
  return new LicenseJudge({ ...none, ...named });
}

function wanted(row: Row) {
  return { category: categoryOf(String(row['wantCategory'])), severity: row['wantSeverity'] };
}

function categoryOf(constant: string): string {
  return constant
    .replace(/^types\./, '')
    .replace(/^category/i, '')
    .toLowerCase();
}

/** A text of a row, which may be the sum of constants and texts. */
function textOf(value: unknown): string {
  if (typeof value === 'string') {
    return names[value.replace(/^expression\./, '')] ?? value;
  }
  const { a, b } = value as Row;
  return textOf(a) + textOf(b);
}
