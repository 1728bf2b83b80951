import { silentLog } from '@lanner/core';
import {
  type DetectedLicense,
  filterReport,
  type FilterOptions,
  type IgnoreFile,
  type Misconfiguration,
  readIgnoreFile,
  type Report,
  type Result,
  type SecretFinding,
  type Severity,
  unfixedStatuses,
  type Vulnerability,
} from '@lanner/scanner';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { trivyCasesArePresent, trivyFixtures, trivyRows } from './lib/trivy-cases.ts';
import { plainValue, reportOf } from './lib/trivy-sbom.ts';

interface Row {
  readonly name: string;
  readonly args: { readonly report: unknown; readonly severities: unknown; readonly policyFile?: string };
  readonly want: unknown;
}

/** Rows whose findings are variables of the Go test; what they are about is tested below with findings of our own. */
const withVariables = ['severities', 'filter by VEX', 'ignore unfixed', 'ignore file', 'ignore yaml'];

const rows = trivyRows<Row>('applier-filter-vex', 'trivy/pkg/result', 'TestFilter');

const all: readonly Severity[] = ['LOW', 'HIGH'];

function report(...results: readonly Result[]): Report {
  return {
    version: 'dev',
    createdAt: new Date(0),
    artifactName: '',
    artifactType: 'filesystem',
    metadata: {},
    results,
  };
}

function filtered(input: Report, options: Partial<FilterOptions> = {}): Result {
  return filterReport(input, { severities: new Set(all), ...options }).results[0]!;
}

function vulnerability(id: string, more: Partial<Vulnerability> = {}): Vulnerability {
  return { vulnerabilityId: id, pkgName: 'foo', installedVersion: '1.2.3', severity: 'LOW', ...more };
}

function misconfiguration(id: string, more: Partial<Misconfiguration> = {}): Misconfiguration {
  return { type: 'kubernetes', id, title: id, severity: 'HIGH', status: 'FAIL', ...more };
}

function secret(ruleId: string, severity: Severity = 'HIGH'): SecretFinding {
  return { ruleId, category: '', severity, title: '', startLine: 1, endLine: 1, code: [], match: '' };
}

function license(name: string, filePath: string): DetectedLicense {
  return { name, filePath, severity: 'HIGH', category: 'restricted', confidence: 1 };
}

function ignoreFile(name: string): IgnoreFile {
  const path = join(trivyFixtures(), 'trivy-testdata/pkg/result/testdata', name);
  return readIgnoreFile(readFileSync(path, 'utf8'), {
    path: `testdata/${name}`,
    now: new Date('2020-09-01T00:00:00Z'),
    log: silentLog,
  });
}

function ids(result: Result): { kept: string[]; suppressed: string[] } {
  const name = (finding: object): string =>
    String(
      (finding as { vulnerabilityId?: string }).vulnerabilityId ??
        (finding as { ruleId?: string }).ruleId ??
        (finding as { id?: string }).id ??
        (finding as { name?: string }).name,
    );
  const {
    vulnerabilities = [],
    misconfigurations = [],
    secrets = [],
    licenses = [],
    suppressed = [],
  } = result;
  return {
    kept: [...vulnerabilities, ...misconfigurations, ...secrets, ...licenses].map(name),
    suppressed: suppressed.map(({ finding }) => name(finding)),
  };
}

describe.skipIf(!trivyCasesArePresent)('../shared/conformance/trivy: filters', () => {
  test.each(
    rows
      .filter(({ name, args }) => !withVariables.includes(name) && args.policyFile === undefined)
      .map((row) => [row.name, row] as const),
  )('%s', (_, { args, want }) => {
    const chosen = (plainValue(args.severities) as string[]).map((name) => name.toUpperCase() as Severity);
    const { results } = filterReport(reportOf(args.report), { severities: new Set(chosen) });
    expect(results).toEqual(reportOf(want).results);
  });

  test('severities', () => {
    const input = report({
      target: '',
      class: 'config',
      vulnerabilities: [vulnerability('1'), vulnerability('2', { severity: 'CRITICAL' })],
      misconfigurations: [misconfiguration('ID100'), misconfiguration('ID200', { severity: 'MEDIUM' })],
      secrets: [secret('a', 'CRITICAL'), secret('b', 'LOW')],
    });
    const result = filtered(input, { severities: new Set(['CRITICAL', 'HIGH']) });
    expect(ids(result).kept).toEqual(['2', 'ID100', 'a']);
    expect(result.misconfigurationSummary).toEqual({ successes: 0, failures: 1 });
  });

  test('ignore unfixed', () => {
    const input = report({
      target: 'debian:11 (debian 11)',
      class: 'os-pkgs',
      vulnerabilities: [
        vulnerability('1', { status: 'will_not_fix' }),
        vulnerability('2', { status: 'end_of_life' }),
        vulnerability('3', { status: 'fixed', fixedVersion: '2' }),
      ],
    });
    expect(ids(filtered(input, { ignoreStatuses: unfixedStatuses })).kept).toEqual(['3']);
    expect(ids(filtered(input, { ignoreStatuses: new Set(['will_not_fix']) })).kept).toEqual(['2', '3']);
  });

  test('ignore file', () => {
    const options = { ignoreFile: ignoreFile('.trivyignore') };
    const lock = report({
      target: 'package-lock.json',
      class: 'lang-pkgs',
      vulnerabilities: [1, 3, 4, 5, 6].map((number) => vulnerability(`CVE-2019-000${number}`)),
    });
    const result = filtered(lock, options);
    expect(ids(result)).toEqual({
      kept: ['CVE-2019-0003', 'CVE-2019-0004'],
      suppressed: ['CVE-2019-0001', 'CVE-2019-0005', 'CVE-2019-0006'],
    });
    expect(result.suppressed?.[0]).toMatchObject({ status: 'ignored', source: 'testdata/.trivyignore' });
    const deployment = report({
      target: 'deployment.yaml',
      class: 'config',
      misconfigurations: [
        misconfiguration('ID100'),
        misconfiguration('ID200', { status: 'PASS' }),
        misconfiguration('ID300'),
        misconfiguration('ID400', { aliases: ['AVD-ID400'] }),
      ],
    });
    expect(ids(filtered(deployment, options))).toEqual({ kept: ['ID100'], suppressed: ['ID300', 'ID400'] });
    expect(filtered(deployment, options).misconfigurationSummary).toEqual({ successes: 1, failures: 1 });
    const rest = report({
      target: 'config.yaml',
      class: 'secret',
      secrets: [secret('generic-wanted-rule'), secret('generic-unwanted-rule')],
      licenses: [license('GPL-3.0', 'a'), license('MIT', 'b')],
    });
    expect(ids(filtered(rest, options))).toEqual({
      kept: ['generic-wanted-rule', 'MIT'],
      suppressed: ['generic-unwanted-rule', 'GPL-3.0'],
    });
  });

  test('ignore yaml', () => {
    const options = { ignoreFile: ignoreFile('.trivyignore.yaml') };
    const lock = report({
      target: 'foo/package-lock.json',
      class: 'lang-pkgs',
      vulnerabilities: [
        vulnerability('CVE-2019-0001'),
        vulnerability('CVE-2019-0003'),
        vulnerability('CVE-2019-0004'),
        vulnerability('CVE-2019-0005'),
        vulnerability('CVE-2019-0006'),
        vulnerability('CVE-2019-0007', {
          pkgIdentifier: { purl: 'pkg:golang/github.com/aquasecurity/bar@1.2.3' },
        }),
      ],
    });
    expect(ids(filtered(lock, options))).toEqual({
      kept: ['CVE-2019-0004', 'CVE-2019-0006'],
      suppressed: ['CVE-2019-0001', 'CVE-2019-0003', 'CVE-2019-0005', 'CVE-2019-0007'],
    });
    const docker = report({
      target: 'app/Dockerfile',
      class: 'config',
      misconfigurations: ['ID100', 'ID200', 'ID300'].map((id) => misconfiguration(id)),
    });
    expect(ids(filtered(docker, options))).toEqual({ kept: ['ID300'], suppressed: ['ID100', 'ID200'] });
    const licenses = report({
      target: 'LICENSE.txt',
      class: 'license',
      licenses: [
        license('GPL-3.0', 'usr/share/gcc/python/libstdcxx/v6/__init__.py'),
        license('GPL-3.0', 'usr/share/other/__init__.py'),
        license('GPL-2.0-or-later AND MIT', 'x'),
        license('Apache-2.0 WITH LLVM-exception', 'y'),
        license('MIT AND BSD-3-Clause', 'z'),
      ],
    });
    const result = filtered(licenses, options);
    expect(ids(result)).toEqual({
      kept: ['GPL-3.0', 'MIT AND BSD-3-Clause'],
      suppressed: ['GPL-3.0', 'GPL-2.0-or-later AND MIT', 'Apache-2.0 WITH LLVM-exception'],
    });
    expect(result.suppressed?.[1]?.statement).toBe('All license components are individually ignored');
  });

  test('a policy in Rego is an error that says so', () => {
    expect(() => filtered(report(), { ignorePolicy: 'ignore.rego' })).toThrow(
      expect.objectContaining({ code: 'usage.invalid' }),
    );
  });
});
