import type { Report } from '../model/index.ts';
import type { ReportOptions } from '../report-format.ts';

/** A report with every kind of finding, and texts that formats must escape. */
export const sampleReport: Report = {
  version: '1.2.3',
  reportId: '017b7d41-e09f-7000-80ea-000000000001',
  createdAt: new Date('2026-01-02T03:04:05.000Z'),
  artifactName: 'shop/cart:2',
  artifactType: 'container_image',
  metadata: {
    os: { family: 'debian', name: '12.5', eosl: true },
    imageId: `sha256:${'1'.repeat(64)}`,
    repoTags: ['shop/cart:2'],
    repoDigests: [`shop/cart@sha256:${'2'.repeat(64)}`],
    imageConfig: { architecture: 'amd64', config: { Labels: { team: 'shop' } } },
  },
  results: [
    {
      target: 'shop/cart:2 (debian 12.5)',
      class: 'os-pkgs',
      type: 'debian',
      packages: [
        {
          id: 'libssl3@3.0.11-1',
          name: 'libssl3',
          version: '3.0.11-1',
          srcName: 'openssl',
          srcVersion: '3.0.11',
          srcRelease: '1',
          licenses: ['Apache-2.0', 'Artistic or GPL-1+', 'text://do what you like'],
          dependsOn: ['libc6@2.36'],
          identifier: { purl: 'pkg:deb/debian/libssl3@3.0.11-1?arch=amd64&distro=debian-12.5', uid: 'a1' },
        },
        {
          id: 'libc6@2.36',
          name: 'libc6',
          version: '2.36',
          identifier: { purl: 'pkg:deb/debian/libc6@2.36?arch=amd64&distro=debian-12.5', uid: 'a2' },
        },
      ],
      vulnerabilities: [
        {
          vulnerabilityId: 'CVE-2026-0001',
          pkgId: 'libssl3@3.0.11-1',
          pkgName: 'libssl3',
          installedVersion: '3.0.11-1',
          fixedVersion: '3.0.13-1',
          status: 'fixed',
          severity: 'CRITICAL',
          severitySource: 'nvd',
          title: 'A <b>title</b> & "more" \u001b[31mred',
          description: 'Lines\nof text',
          primaryUrl: 'https://avd.aquasec.com/nvd/cve-2026-0001',
          references: ['https://example.com/a'],
          vendorSeverity: { nvd: 'CRITICAL', debian: 'LOW' },
          cvss: { nvd: { v3Score: 9.8, v3Vector: 'CVSS:3.1/AV:N' } },
          cweIds: ['CWE-79'],
          publishedDate: '2026-01-01T00:00:00Z',
          dataSource: { id: 'debian', name: 'Debian', url: 'https://example.com' },
          pkgIdentifier: { uid: 'a1' },
        },
      ],
    },
    {
      target: 'app/package-lock.json',
      class: 'lang-pkgs',
      type: 'npm',
      packages: [
        {
          id: 'left@1.0.0',
          name: 'left',
          version: '1.0.0',
          relationship: 'indirect',
          locations: [{ startLine: 3, endLine: 5 }],
          identifier: { purl: 'pkg:npm/left@1.0.0', uid: 'b1' },
        },
        {
          id: 'right@2.0.0',
          name: 'right',
          version: '2.0.0',
          relationship: 'direct',
          dependsOn: ['left@1.0.0'],
          identifier: { purl: 'pkg:npm/right@2.0.0', uid: 'b2' },
        },
      ],
      vulnerabilities: [
        {
          vulnerabilityId: 'GHSA-aaaa',
          pkgId: 'left@1.0.0',
          pkgName: 'left',
          installedVersion: '1.0.0',
          fixedVersion: '0.9.9, 1.0.1',
          severity: 'MEDIUM',
        },
      ],
      suppressed: [
        {
          type: 'vulnerability',
          status: 'not_affected',
          statement: 'vulnerable_code_not_present',
          source: 'vex.json',
          finding: {
            vulnerabilityId: 'CVE-2025-1',
            pkgName: 'left',
            installedVersion: '1.0.0',
            severity: 'LOW',
          },
        },
      ],
    },
    {
      target: 'app/key.pem',
      class: 'secret',
      secrets: [
        {
          ruleId: 'private-key',
          category: 'AsymmetricPrivateKey',
          severity: 'HIGH',
          title: 'Asymmetric Private Key',
          startLine: 1,
          endLine: 1,
          code: [
            {
              number: 1,
              content: '-----BEGIN ****',
              isCause: true,
              annotation: '',
              truncated: false,
              firstCause: true,
              lastCause: true,
            },
          ],
          match: '-----BEGIN ****',
        },
      ],
    },
    {
      target: 'OS Packages',
      class: 'license',
      licenses: [
        { severity: 'HIGH', category: 'restricted', pkgName: 'bash', name: 'GPL-3.0-only', confidence: 1 },
      ],
    },
    {
      target: 'Dockerfile',
      class: 'config',
      type: 'dockerfile',
      misconfigurationSummary: { successes: 1, failures: 1 },
      misconfigurations: [
        {
          type: 'Dockerfile Security Check',
          id: 'DS-0002',
          title: 'Runs as root',
          message: 'Name a user',
          severity: 'HIGH',
          status: 'FAIL',
          cause: { startLine: 4, endLine: 4 },
        },
      ],
    },
  ],
};

/** Options of a run in which nothing varies. */
export function fixedOptions(): ReportOptions {
  let count = 0;
  return {
    now: () => new Date('2026-01-02T03:04:05.000Z'),
    uuid: () => `00000000-0000-4000-8000-${String(++count).padStart(12, '0')}`,
  };
}
