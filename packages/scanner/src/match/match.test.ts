import { silentLog } from '@lanner/core';
import { describe, expect, test } from 'vitest';
import { BucketDatabase } from '../db/advisory-database.ts';
import { combinedDatabase } from '../db/combined-database.ts';
import { present } from '../lib/json.ts';
import type { OsInfo, Package, Vulnerability } from '../model/index.ts';
import { fixtureStoreOf } from '../testkit/bolt-fixtures.ts';
import {
  calendarAt,
  enrich,
  fingerprint,
  isPastEndOfLife,
  matchApplication,
  matchOsPackages,
} from './index.ts';

const database = new BucketDatabase(
  fixtureStoreOf([
    `
- bucket: data-source
  pairs:
    - {key: debian 12, value: {ID: debian, Name: Debian Security Tracker, URL: "https://example.org"}}
    - {key: "npm::GitHub Security Advisory npm", value: {ID: ghsa, Name: GHSA, URL: "https://example.org"}}
- bucket: debian 12
  pairs:
    - bucket: openssl
      pairs:
        - {key: CVE-2024-1, value: {FixedVersion: 3.0.11-1~deb12u2}}
        - {key: CVE-2024-2, value: {Status: 5, Severity: 1}}
- bucket: ubuntu 22.04
  pairs: [{bucket: curl, pairs: [{key: CVE-2024-9, value: {FixedVersion: 7.81.0-2}}]}]
- bucket: "npm::GitHub Security Advisory npm"
  pairs:
    - bucket: lodash
      pairs:
        - {key: GHSA-x, value: {VulnerableVersions: ["<4.17.21"], PatchedVersions: [4.17.21], VendorIDs: [CVE-1]}}
- bucket: "seal npm::Seal"
  pairs:
    - {bucket: lodash, pairs: [{key: CVE-S, value: {VulnerableVersions: ["<4.17.20-sp2"]}}]}
- bucket: Red Hat CPE
  pairs: [{bucket: repository, pairs: [{key: set-a, value: [1, 2]}, {key: rhel-10-for-x86_64-appstream-rpms, value: [2]}]}]
- bucket: Red Hat
  pairs:
    - bucket: "nodejs:18::npm"
      pairs:
        - key: RHSA-2024:1
          value:
            Entries:
              - {FixedVersion: "1:9.0-2", Affected: [2], Arches: [x86_64], Cves: [{ID: CVE-A, Severity: 3}]}
              - {FixedVersion: "1:9.0-5", Affected: [7], Cves: [{ID: CVE-B}]}
        - {key: CVE-C, value: {Entries: [{Status: 5, Affected: [1], Cves: [{Severity: 1}]}]}}
- bucket: vulnerability
  pairs:
    - key: CVE-2024-1
      value: {Title: t, Severity: LOW, VendorSeverity: {nvd: 4, debian: 2}, CVSS: {nvd: {V3Score: 9.8}}, References: ["https://a"]}
    - {key: CVE-2024-2, value: {Description: d, VendorSeverity: {nvd: 3}}}
    - {key: GHSA-x, value: {VendorSeverity: {ghsa: 3, nvd: 4}}}
`,
  ]),
);
const calendar = calendarAt(new Date('2026-01-01T00:00:00Z'));
const options = { database, calendar, log: silentLog };

function ids(found: readonly Vulnerability[] | null): string[] {
  return (found ?? []).map(({ vulnerabilityId }) => vulnerabilityId);
}

const openssl: Package = {
  name: 'libssl3',
  version: '3.0.11',
  release: '1~deb12u1',
  srcName: 'openssl',
  srcVersion: '3.0.11',
  srcRelease: '1~deb12u1',
};

describe('packages of an operating system', () => {
  const debian: OsInfo = { family: 'debian', name: '12.4' };

  test('are matched by their source package, with the state that the vendor gives', () => {
    expect(matchOsPackages({ os: debian, packages: [openssl] }, options)).toMatchObject([
      { vulnerabilityId: 'CVE-2024-1', pkgName: 'libssl3', fixedVersion: '3.0.11-1~deb12u2' },
      { vulnerabilityId: 'CVE-2024-2', status: 'will_not_fix', severity: 'LOW', severitySource: 'debian' },
    ]);
    const fixed = { ...openssl, srcRelease: '1~deb12u2' };
    expect(ids(matchOsPackages({ os: debian, packages: [fixed] }, options))).toEqual(['CVE-2024-2']);
  });

  test('of third parties are left out, and so is the key of a repository', () => {
    const foreign = [
      { ...openssl, repositoryClass: 'third-party' as const },
      { ...openssl, name: 'gpg-pubkey' },
    ];
    expect(matchOsPackages({ os: debian, packages: foreign }, options)).toEqual([]);
  });

  test('of unknown families have no result', () => {
    expect(matchOsPackages({ os: { family: 'fedora' }, packages: [openssl] }, options)).toBeNull();
  });

  test('of Red Hat are matched by module, product and architecture', () => {
    const npm: Package = {
      name: 'npm',
      epoch: 1,
      version: '9.0',
      release: '1',
      arch: 'x86_64',
      modularityLabel: 'nodejs:18:8030020201124152102:229f0a1c',
      buildInfo: { contentSets: ['set-a__8'] },
    };
    const os = { family: 'redhat', name: '8.9' };
    expect(matchOsPackages({ os, packages: [npm] }, options)).toMatchObject([
      { vulnerabilityId: 'CVE-A', vendorIds: ['RHSA-2024:1'], fixedVersion: '1:9.0-2', severity: 'HIGH' },
      { vulnerabilityId: 'CVE-C', status: 'will_not_fix', severity: 'LOW' },
    ]);
    expect(ids(matchOsPackages({ os, packages: [{ ...npm, arch: 's390x' }] }, options))).toEqual(['CVE-C']);
    const unknown = { ...npm, buildInfo: { contentSets: ['set-z'] } };
    expect(() => matchOsPackages({ os, packages: [unknown] }, options)).toThrow('no products');
    const plain: Package = present({ ...npm, buildInfo: undefined });
    const ten = { family: 'redhat', name: '10.0' };
    expect(ids(matchOsPackages({ os: ten, packages: [plain] }, options))).toEqual(['CVE-A']);
  });

  test('with extended maintenance use the plain advisories while the release lives', () => {
    const os = { family: 'ubuntu', name: '22.04', extended: true };
    const curl = { name: 'curl', version: '7.81.0-1', srcName: 'curl', srcVersion: '7.81.0-1' };
    expect(ids(matchOsPackages({ os, packages: [curl] }, options))).toEqual(['CVE-2024-9']);
  });

  test.each([
    ['debian', '10.3', true],
    ['debian', '12.4', false],
    ['debian', '99', false],
    ['alpine', '3.18.2', true],
    ['centos', '8', true],
    ['redhat', '8', false],
    ['amazon', '2018.03 (x)', true],
    ['wolfi', '2023', false],
    ['fedora', '1', false],
  ])('%s %s is past its end of life: %s', (family, name, ended) => {
    expect(isPastEndOfLife({ family, name }, [], calendar)).toBe(ended);
  });
});

describe('packages of a language', () => {
  function match(name: string, version: string | undefined, type = 'npm'): readonly Vulnerability[] | null {
    const pkg = version === undefined ? { name } : { name, version };
    return matchApplication({ type, filePath: 'a', packages: [pkg] }, options);
  }

  test('are matched by their normalised name and range', () => {
    expect(match('Lodash', '4.17.20')).toMatchObject([
      {
        vulnerabilityId: 'GHSA-x',
        vendorIds: ['CVE-1'],
        fixedVersion: '4.17.21',
        dataSource: { id: 'ghsa' },
      },
    ]);
    expect(match('lodash', '4.17.21')).toEqual([]);
    expect(match('lodash', undefined)).toEqual([]);
    expect(match('lodash', 'latest')).toEqual([]);
  });

  test('of a supplier are matched by its advisories', () => {
    expect(ids(match('lodash', '4.17.20-sp1'))).toEqual(['CVE-S']);
  });

  test('of types without advisories have no result', () => {
    expect(match('numpy', '1', 'conda-pkg')).toBeNull();
  });
});

describe('details', () => {
  const found = [
    ...matchOsPackages({ os: { family: 'debian', name: '12' }, packages: [openssl] }, options)!,
    ...matchApplication(
      { type: 'npm', filePath: '', packages: [{ name: 'lodash', version: '1.0.0' }] },
      options,
    )!,
    { vulnerabilityId: 'CVE-0', pkgName: 'a', installedVersion: '1' },
  ];

  test('say status, severity by its source, and a page', () => {
    const enriched = enrich(found, { database, severitySources: ['auto'], log: silentLog });
    expect(enriched).toMatchObject([
      {
        status: 'fixed',
        severity: 'MEDIUM',
        severitySource: 'debian',
        title: 't',
        primaryUrl: 'https://avd.aquasec.com/nvd/cve-2024-1',
        cvss: { nvd: { v3Score: 9.8 } },
      },
      { status: 'will_not_fix', severity: 'LOW', vendorSeverity: { debian: 'LOW', nvd: 'HIGH' } },
      {
        status: 'fixed',
        severity: 'HIGH',
        severitySource: 'ghsa',
        primaryUrl: 'https://github.com/advisories/GHSA-x',
      },
      { status: 'affected', severity: 'UNKNOWN' },
    ]);
  });

  test('say how likely an exploit is, as far as any database knows', () => {
    const others = ['{epss: 0.5, percentile: 0.9}', '{exploitedSince: "2026-01-02"}'].map(
      (threat) => `[{bucket: lanner threat, pairs: [{key: CVE-0, value: ${threat}}]}]`,
    );
    const databases = others.map((text) => new BucketDatabase(fixtureStoreOf([text])));
    const enriched = enrich(found, {
      database: combinedDatabase([database, ...databases]),
      severitySources: ['auto'],
      log: silentLog,
    });
    expect(enriched.at(-1)?.threat).toEqual({ epss: 0.5, percentile: 0.9, exploitedSince: '2026-01-02' });
    expect(enriched[0]).not.toHaveProperty('threat');
  });

  test('take the severity of the source that was asked for', () => {
    const [first] = enrich(found, { database, severitySources: ['redhat', 'nvd'], log: silentLog });
    expect(first).toMatchObject({ severity: 'CRITICAL', severitySource: 'nvd' });
    const [unknown] = enrich(found, { database, severitySources: ['redhat'], log: silentLog });
    expect(unknown).toMatchObject({ severity: 'UNKNOWN' });
  });

  test('have a fingerprint that only depends on what was found where', () => {
    const [first] = found;
    expect(fingerprint('a', 't', first!)).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(fingerprint('a', 't', first!)).toBe(fingerprint('a', 't', { ...first!, installedVersion: '2' }));
    expect(fingerprint('a', 't', first!)).not.toBe(fingerprint('b', 't', first!));
  });
});
