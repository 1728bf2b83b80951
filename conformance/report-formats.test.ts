import { readReport, type ReportOptions, shippedTemplate, writeReport } from '@lanner/scanner';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { trivyCasesArePresent, trivyFixtures } from './lib/trivy-cases.ts';

const folder = (): string => join(trivyFixtures(), 'trivy-integration/testdata');
const reports = trivyCasesArePresent
  ? readdirSync(folder()).filter(
      (name) => name.endsWith('.json.golden') && golden(name).includes('"SchemaVersion"'),
    )
  : [];

function golden(name: string): string {
  return readFileSync(join(folder(), name), 'utf8');
}

/** The clock and the ids of the run that the goldens are from. */
function options(): ReportOptions {
  let count = 0;
  return {
    now: () => new Date('2021-08-25T12:20:30.000Z'),
    uuid: () => `3ff14136-e09f-4df9-80ea-${String(++count).padStart(12, '0')}`,
    showSuppressed: true,
  };
}

describe.skipIf(!trivyCasesArePresent)('../shared/conformance/trivy: formats of reports', () => {
  test.each(reports)('%s comes out as it was read', (name) => {
    // Our clock has milliseconds.
    const text = golden(name).replace('12:20:30.000000005Z', '12:20:30Z');
    expect([...writeReport('json', readReport(text), options())].join('')).toBe(text);
  });

  test.each(['npm.json.golden', 'fixtures/convert/npm.json.golden'])('%s as CycloneDX', (name) => {
    const text = [...writeReport('cyclonedx', readReport(golden(name)), options())].join('');
    expect(text).toBe(golden('npm-cyclonedx.json.golden'));
  });

  test("GitLab's template gives the same bytes", () => {
    const template = shippedTemplate('contrib/gitlab.tpl') ?? '';
    const report = readReport(golden('npm.json.golden'));
    const text = [...writeReport('template', report, { ...options(), template })].join('');
    expect(text).toBe(golden('npm.gitlab.golden'));
  });
});
