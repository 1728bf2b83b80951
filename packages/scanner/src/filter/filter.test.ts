import { AppError, type Log, silentLog } from '@lanner/core';
import { describe, expect, test } from 'vitest';
import type { Report, Vulnerability } from '../model/index.ts';
import { sampleReport } from '../testkit/report.ts';
import { exitCodeOf, filterReport, unfixedStatuses } from './filter.ts';
import { ignoreRuleFor, readIgnoreFile } from './ignore-file.ts';

const severities = new Set(['CRITICAL', 'HIGH', 'MEDIUM', 'LOW', 'UNKNOWN'] as const);
const now = new Date('2026-01-01T00:00:00Z');

function withVulnerabilities(...vulnerabilities: Vulnerability[]): Report {
  return { ...sampleReport, results: [{ target: 'x', class: 'lang-pkgs', vulnerabilities }] };
}

function ids(report: Report): string[] {
  return report.results.flatMap(({ vulnerabilities = [] }) =>
    vulnerabilities.map((one) => one.vulnerabilityId),
  );
}

const one: Vulnerability = { vulnerabilityId: 'B', pkgName: 'a', installedVersion: '1', severity: 'LOW' };

test('findings are in the order of their packages, the worst first, and each is there once', () => {
  const report = withVulnerabilities(
    { ...one, pkgName: 'b' },
    one,
    { ...one, fixedVersion: '2' },
    { ...one, vulnerabilityId: 'A', severity: 'CRITICAL' },
    { ...one, vulnerabilityId: 'C', severity: 'CRITICAL' },
  );
  const filtered = filterReport(report, { severities });
  expect(ids(filtered)).toEqual(['A', 'C', 'B', 'B']);
  expect(filtered.results[0]?.vulnerabilities?.[2]?.fixedVersion).toBe('2');
});

test('what has no severity counts as unknown', () => {
  const unrated = { vulnerabilityId: 'B', pkgName: 'a', installedVersion: '1' };
  expect(ids(filterReport(withVulnerabilities(unrated), { severities: new Set(['UNKNOWN']) }))).toEqual([
    'B',
  ]);
  expect(ids(filterReport(withVulnerabilities(unrated), { severities: new Set(['LOW']) }))).toEqual([]);
});

test('without a fix means every status but fixed', () => {
  expect(unfixedStatuses.has('fixed')).toBe(false);
  expect(unfixedStatuses.has('affected')).toBe(true);
});

describe('ignore files', () => {
  const options = { now, log: silentLog };

  test('list ids with days of expiry and comments', () => {
    const file = readIgnoreFile('# all\nA\n\nB exp:2025-12-31\nC exp:2026-12-31 more\nD exp:soon\n', {
      ...options,
      path: '.trivyignore',
    });
    const isIgnored = (id: string): boolean => ignoreRuleFor(file, 'secrets', [id], ['x']) !== undefined;
    expect(['A', 'B', 'C', 'D'].filter(isIgnored)).toEqual(['A', 'C']);
  });

  test('warn of what they do not understand', () => {
    const warnings: unknown[] = [];
    const log: Log = { ...silentLog, warn: (message, details) => warnings.push([message, details]) };
    readIgnoreFile('vulnerabilitys:\n  - id: A\n', { now, log, path: 'x.yaml' });
    readIgnoreFile('A exp:never', { now, log, path: 'x' });
    readIgnoreFile('secrets:\n  - id: A\n    path: [x]\n    zzz: 1\n', { now, log, path: 'x.yaml' });
    expect(warnings).toMatchObject([
      ['unknown section of an ignore file', { hint: 'Did you mean vulnerabilities?' }],
      ['an ignore file has a day that is none', { day: 'never' }],
      ['unknown key in an entry of an ignore file', { key: 'path', hint: 'Did you mean paths?' }],
      [
        'unknown key in an entry of an ignore file',
        { key: 'zzz', hint: expect.stringContaining('purls') as string },
      ],
    ]);
  });

  test.each([
    '- a',
    '{',
    'vulnerabilities: [{ statement: x }]',
    'vulnerabilities: CVE-1',
    'vulnerabilities: [CVE-1]',
    'secrets: { id: CVE-1 }',
    'vulnerabilities: [{ id: A, purls: [npm/a] }]',
  ])('that are no ignore files are refused: %j', (text) => {
    expect(() => readIgnoreFile(text, { ...options, path: 'x.yaml' })).toThrow(AppError);
  });

  test('match paths by globs and packages by their URL', () => {
    const file = readIgnoreFile(
      'vulnerabilities:\n  - id: A\n    paths: ["**/x.lock"]\n    purls: ["pkg:npm/a"]\n    statement: fine\n',
      { ...options, path: 'x.yml' },
    );
    const rule = (path: string, purl?: string): unknown =>
      ignoreRuleFor(file, 'vulnerabilities', ['A'], [path], purl)?.statement;
    expect(rule('app/x.lock', 'pkg:npm/a@1')).toBe('fine');
    expect(rule('app/y.lock', 'pkg:npm/a@1')).toBeUndefined();
    expect(rule('app/x.lock', 'pkg:npm/b@1')).toBeUndefined();
    expect(rule('app/x.lock')).toBeUndefined();
  });
});

test('the exit code tells of findings, and of an end of life first', () => {
  const clean = { ...sampleReport, results: [] };
  expect(exitCodeOf(sampleReport, { onFindings: 5 })).toBe(5);
  expect(exitCodeOf(sampleReport, {})).toBe(0);
  expect(exitCodeOf(clean, { onFindings: 5 })).toBe(0);
  expect(exitCodeOf(clean, { onFindings: 5, onEndOfLife: 7 })).toBe(7);
});
