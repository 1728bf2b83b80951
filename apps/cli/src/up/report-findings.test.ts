import { readReport } from '@lanner/scanner';
import { expect, test } from 'vitest';
import { updatesOf } from './pending-updates.ts';
import { artifactOf, findingsOf } from './report-findings.ts';

const report = readReport(
  JSON.stringify({
    SchemaVersion: 2,
    CreatedAt: '2026-01-01T00:00:00Z',
    ArtifactName: 'web:1',
    ArtifactType: 'container_image',
    Metadata: {
      OS: { Family: 'debian', Name: '9.13', EOSL: true },
      ImageID: 'sha256:1',
      RepoTags: ['web:1'],
      RepoDigests: ['web@sha256:2'],
    },
    Results: [
      {
        Target: 'web:1 (debian 9.13)',
        Class: 'os-pkgs',
        Type: 'debian',
        Packages: [{ Name: 'zlib', Version: '1' }],
        Vulnerabilities: [
          {
            VulnerabilityID: 'CVE-2026-1',
            PkgName: 'zlib',
            PkgIdentifier: { PURL: 'pkg:deb/debian/zlib@1' },
            InstalledVersion: '1',
            FixedVersion: '2',
            Severity: 'HIGH',
            Title: 'overflow',
            Status: 'fixed',
          },
        ],
      },
      {
        Target: 'app/.env',
        Class: 'secret',
        Secrets: [
          {
            RuleID: 'github-pat',
            Category: 'GitHub',
            Severity: 'CRITICAL',
            Title: 'token',
            StartLine: 3,
            EndLine: 3,
            Code: { Lines: [] },
            Match: 'T=****',
          },
        ],
      },
    ],
  }),
);

test('an image is named by its configuration, its tags and its digests', () => {
  expect(artifactOf(report, 'image', 'web:1', ['a note'])).toEqual({
    key: 'sha256:1',
    kind: 'image',
    names: ['web:1', 'web@sha256:2'],
    system: 'debian 9.13',
    packages: 1,
    notes: ['a note'],
  });
});

test('vulnerabilities, secrets and the end of life are findings', () => {
  expect(
    findingsOf(report).map(({ kind, id, package: place, severity, fixedVersion }) => [
      kind,
      id,
      place,
      severity,
      fixedVersion,
    ]),
  ).toEqual([
    ['end-of-life', 'debian 9.13', '', 'HIGH', ''],
    ['vulnerability', 'CVE-2026-1', 'pkg:deb/debian/zlib@1', 'HIGH', '2'],
    ['secret', 'github-pat', 'app/.env:3', 'CRITICAL', ''],
  ]);
  expect(findingsOf(report).at(-1)?.details).toEqual({
    target: 'app/.env',
    startLine: 3,
    category: 'GitHub',
    match: 'T=****',
  });
});

test('of what apt would install, security updates count', () => {
  const text =
    'NOTE: This is only a simulation!\nInst libc6 [2.36-9] (2.36-10 Debian-Security:12/stable-security [amd64])\n' +
    'Inst vim [1] (2 Debian:12.8/stable [amd64])\nConf libc6 (2.36-10 Debian:12 [amd64])\n';
  expect(updatesOf(text)).toMatchObject([
    {
      kind: 'update',
      packageName: 'libc6',
      installedVersion: '2.36-9',
      fixedVersion: '2.36-10',
      details: { origin: 'Debian-Security:12/stable-security' },
    },
  ]);
});
