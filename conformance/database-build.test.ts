import { describe, expect, test } from 'vitest';
import {
  canonicalUrl,
  isRejected,
  mergeDetails,
  type SourceDetail,
} from '../packages/scanner/src/db/build/details.ts';
import { parseDetail } from '../packages/scanner/src/db/records.ts';
import { compact, goDetail, type GoObject, goText, isGoObject } from './lib/go-values.ts';
import { trivyCasesArePresent, trivyRows } from './lib/trivy-cases.ts';

const folder = 'trivy-db/pkg/vulnsrc/vulnerability';
const severities = ['UNKNOWN', 'LOW', 'MEDIUM', 'HIGH', 'CRITICAL'];

function severity(value: unknown): number | undefined {
  const text = goText(value);
  return text === undefined ? undefined : severities.indexOf(text);
}

function time(value: unknown): string | undefined {
  const args = isGoObject(value) ? value['args'] : undefined;
  return goText(Array.isArray(args) ? args[0] : value);
}

function detail(value: GoObject): SourceDetail {
  return compact({
    title: goText(value['Title']),
    description: goText(value['Description']),
    severity: severity(value['Severity']),
    severityV3: severity(value['SeverityV3']),
    severityV40: severity(value['SeverityV40']),
    cvssScore: value['CvssScore'] as number | undefined,
    cvssVector: goText(value['CvssVector']),
    cvssScoreV3: value['CvssScoreV3'] as number | undefined,
    cvssVectorV3: goText(value['CvssVectorV3']),
    cvssScoreV40: value['CvssScoreV40'] as number | undefined,
    cvssVectorV40: goText(value['CvssVectorV40']),
    cweIds: value['CweIDs'] as string[] | undefined,
    references: value['References'] as string[] | undefined,
    publishedDate: time(value['PublishedDate']),
    lastModifiedDate: time(value['LastModifiedDate']),
    status: goText(value['Status']),
  }) as SourceDetail;
}

function details(row: GoObject): Map<string, SourceDetail> {
  const entries = Object.entries((row['details'] ?? {}) as Record<string, GoObject>);
  return new Map(entries.map(([source, value]) => [goText({ $ref: source })!, detail(value)]));
}

function named(row: GoObject): readonly [string, GoObject] {
  return [String(row['name']), row];
}

describe.skipIf(!trivyCasesArePresent)('what sources say of a vulnerability (needs ../shared)', () => {
  test.each(trivyRows<GoObject>('trivy-db', folder, 'TestIsRejected').map(named))(
    'rejected: %s',
    (_name, row) => {
      expect(isRejected(details(row))).toBe(row['want']);
    },
  );

  test.each(trivyRows<GoObject>('trivy-db', folder, 'TestNormalize').map(named))(
    'merged: %s',
    (_name, row) => {
      const merged = mergeDetails(String(row['vulnID']), details(row));
      expect(parseDetail(JSON.stringify(merged))).toEqual(compact(goDetail(row['want'] as GoObject)));
    },
  );

  test.each(trivyRows<GoObject>('trivy-db', folder, 'TestCanonicalizeReferenceURL').map(named))(
    'reference: %s',
    (_name, row) => {
      expect(canonicalUrl(String(row['raw']))).toBe(row['want']);
    },
  );
});
