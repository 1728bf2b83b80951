import { AppError } from '@lanner/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Report } from '../model/index.ts';
import { goJson, goJsonObject, readReport } from './json.ts';
import { writeReport } from './write.ts';

const report: Report = {
  version: '1.0.0',
  createdAt: new Date('2026-01-02T03:04:05.120Z'),
  artifactName: 'app:1',
  artifactType: 'container_image',
  metadata: { os: { family: 'debian', name: '12' }, diffIds: ['sha256:00'] },
  results: [
    {
      target: 'app:1 (debian 12)',
      class: 'os-pkgs',
      type: 'debian',
      packages: [
        { id: 'a@1', name: 'a', version: '1', relationship: 'indirect', repositoryClass: 'third-party' },
      ],
      vulnerabilities: [
        {
          vulnerabilityId: 'CVE-2026-0001',
          pkgName: 'a',
          installedVersion: '1',
          severity: 'HIGH',
          vendorSeverity: { nvd: 'HIGH', debian: 'LOW' },
          cvss: { nvd: { v3Score: 7.5 } },
          threat: { epss: 0.5, percentile: 0.9, exploitedSince: '2026-01-02', ransomware: true },
        },
      ],
    },
    {
      target: 'key.pem',
      class: 'secret',
      secrets: [
        {
          ruleId: 'private-key',
          category: 'Key',
          severity: 'HIGH',
          title: 'A key',
          startLine: 1,
          endLine: 1,
          code: [],
          match: '***',
        },
      ],
      suppressed: [
        {
          type: 'license',
          status: 'ignored',
          source: '.trivyignore',
          finding: { severity: 'LOW', category: 'notice', name: 'MIT', confidence: 1 },
        },
      ],
    },
  ],
};
const options = { now: () => new Date(0), uuid: () => '', showSuppressed: true };

function write(report: Report): string {
  return [...writeReport('json', report, options)].join('');
}

test('a report is read as it was written', () => {
  expect(readReport(write(report))).toEqual(report);
});

test('empty members are left out, and times have no needless digits', () => {
  const text = write({ ...report, results: [] });
  expect(JSON.parse(text)).toEqual({
    SchemaVersion: 2,
    Trivy: { Version: '1.0.0' },
    CreatedAt: '2026-01-02T03:04:05.12Z',
    ArtifactName: 'app:1',
    ArtifactType: 'container_image',
    Metadata: { OS: { Family: 'debian', Name: '12' }, DiffIDs: ['sha256:00'] },
  });
});

test('JSON in pieces is the JSON of the whole, wherever it lies', () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 })),
      fc.nat(4),
      (object: Record<string, unknown>, depth) => {
        let nested: unknown = object;
        for (let i = 0; i < depth; i++) {
          nested = [nested];
        }
        const whole = goJson(nested);
        const pieces = [...goJsonObject(object, depth)].join('');
        expect(whole).toContain(pieces);
        expect(JSON.parse(pieces)).toEqual(JSON.parse(JSON.stringify(object)));
        expect(goJson(object, depth)).toBe(pieces);
      },
    ),
  );
});

test('packages are left out when they are not asked for', () => {
  const text = [...writeReport('json', report, { ...options, listAllPackages: false })].join('');
  expect(text).not.toContain('"Packages"');
});

test.each(['', '[]', '{}', '{"SchemaVersion":1}', '{"SchemaVersion":2,"Results":{}}'])(
  '%j does not crash',
  (text) => {
    try {
      expect(readReport(text).results).toEqual([]);
    } catch (error) {
      expect(error).toBeInstanceOf(AppError);
    }
  },
);

test('an unknown format is refused with the nearest known one', () => {
  expect(() => writeReport('jsn', report, options)).toThrow(
    expect.objectContaining({ code: 'usage.invalid', hint: "Did you mean 'json'?" }),
  );
});
