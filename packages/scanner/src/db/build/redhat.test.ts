import { silentLog } from '@lanner/core';
import { expect, test } from 'vitest';
import { distributions } from '../../distributions/registry.gen.ts';
import type { Package } from '../../model/index.ts';
import { BucketDatabase } from '../advisory-database.ts';
import { combinedDatabase } from '../combined-database.ts';
import { collectAdvisories } from './build.ts';
import type { AdvisoryCollector } from './collector.ts';

const appstream = 'cpe:/a:redhat:enterprise_linux:8::appstream';
const products = [
  ['appstream', { cpe: appstream }],
  ['el8', { cpe: 'cpe:/o:redhat:enterprise_linux:8' }],
  ['fixed', { purl: 'pkg:rpm/redhat/openssl@1.1.1k-5.el8_5?arch=x86_64&epoch=1' }],
  ['source', { purl: 'pkg:rpm/redhat/openssl@1.1.1k-5.el8_5?arch=src&epoch=1' }],
  ['module', { purl: 'pkg:rpm/redhat/nodejs@16.13.1-3.module?arch=x86_64&rpmmod=nodejs:16:80:c5' }],
  ['curl', { purl: 'pkg:rpm/redhat/curl?arch=src' }],
  ['wget', { purl: 'pkg:rpm/redhat/wget' }],
] as const;
const within = [
  ['fixed', 'appstream'],
  ['source', 'appstream'],
  ['module', 'appstream'],
  ['curl', 'el8'],
  ['wget', 'el8'],
] as const;

function vex(cve: string, impact: string): unknown {
  return {
    document: {
      csaf_version: '2.0',
      publisher: { name: 'Red Hat Product Security', namespace: 'https://www.redhat.com' },
      tracking: { id: cve },
      aggregate_severity: { text: 'Low' },
    },
    product_tree: {
      branches: products.map(([id, helper]) => ({
        product: { product_id: id, name: id, product_identification_helper: helper },
      })),
      relationships: within.map(([part, whole]) => ({
        category: 'default_component_of',
        full_product_name: { product_id: `${whole}:${part}`, name: part },
        product_reference: part,
        relates_to_product_reference: whole,
      })),
    },
    vulnerabilities: [
      {
        cve,
        title: 'a hole',
        product_status: {
          fixed: ['appstream:fixed', 'appstream:source', 'appstream:module'],
          known_affected: ['el8:curl'],
          under_investigation: ['el8:wget'],
          known_not_affected: ['el8:other'],
        },
        remediations: [
          {
            category: 'vendor_fix',
            url: 'https://access.redhat.com/errata/RHSA-2022:1065',
            product_ids: ['appstream:fixed', 'appstream:source', 'appstream:module'],
          },
          { category: 'no_fix_planned', details: 'Will not fix', product_ids: ['el8:curl'] },
        ],
        threats: [
          { category: 'impact', details: impact, product_ids: ['appstream:fixed', 'appstream:module'] },
          { category: 'impact', details: 'Moderate', product_ids: ['el8:curl', 'el8:wget'] },
        ],
      },
    ],
  };
}

const repositories = {
  data: {
    'rhel-8-for-x86_64-appstream-rpms': { cpes: [appstream] },
    'other-rpms': { cpes: ['cpe:/a:redhat:x:1'] },
  },
};

/** An erratum as OSV has it, of a product and of one that nobody has. */
const erratum = {
  id: 'RHSA-2024:1',
  modified: '2024-01-02T00:00:00Z',
  upstream: ['CVE-2024-1', 'CVE-2024-2'],
  database_specific: { severity: 'IMPORTANT' },
  affected: [
    ['Red Hat:enterprise_linux:8::appstream', 'bash', '0:5.1-2.el8'],
    ['Red Hat:enterprise_linux:9::appstream', 'zsh', '0:5.8-9.el9'],
    ['Red Hat:enterprise_linux:8::appstream', 'nodejs', '1:18.1-1.module+el8.9.0+1+abc'],
  ].map(([ecosystem, name, fixed]) => ({
    package: { ecosystem, name },
    ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed }] }],
  })),
};

async function build(): Promise<AdvisoryCollector> {
  const files = {
    'cve-1.json': vex('CVE-2022-1', 'Important'),
    'cve-2.json': vex('CVE-2022-2', 'Moderate'),
    'repository-to-cpe.json': repositories,
    'rhsa.json': erratum,
  };
  async function* all(): AsyncGenerator<{ path: string; text: string }> {
    for (const [path, content] of Object.entries(files)) {
      yield await Promise.resolve({ path, text: JSON.stringify(content) });
    }
  }
  return collectAdvisories(all(), { log: silentLog });
}

function installed(name: string, version: string, extra: Partial<Package> = {}): Package {
  const [, epoch, number = '', release = ''] = /^(?:(\d+):)?([^-]+)-(.*)$/.exec(version) ?? [];
  return {
    name,
    version: number,
    release,
    arch: 'x86_64',
    buildInfo: { contentSets: ['rhel-8-for-x86_64-appstream-rpms'] },
    ...(epoch === undefined ? {} : { epoch: Number(epoch) }),
    ...extra,
  };
}

async function found(...packages: Package[]): Promise<unknown[]> {
  const collector = await build();
  const database = combinedDatabase([new BucketDatabase(collector.store())]);
  const redhat = distributions.find(({ id }) => id === 'redhat');
  const vulnerabilities = redhat?.detect({
    family: 'redhat',
    release: '8.6',
    packages,
    database,
    calendar: { now: new Date('2024-01-01'), endOfLife: () => null },
    log: silentLog,
    detectBase: () => [],
  });
  return (vulnerabilities ?? []).map((one) => [
    one.vulnerabilityId,
    one.pkgName,
    one.fixedVersion ?? one.status,
    one.severity,
    one.vendorIds ?? [],
  ]);
}

test('an erratum fixes a package of a product, for several CVEs', async () => {
  expect(await found(installed('openssl', '1:1.1.1k-4.el8'))).toEqual([
    ['CVE-2022-1', 'openssl', '1:1.1.1k-5.el8_5', 'HIGH', ['RHSA-2022:1065']],
    ['CVE-2022-2', 'openssl', '1:1.1.1k-5.el8_5', 'MEDIUM', ['RHSA-2022:1065']],
  ]);
  expect(await found(installed('openssl', '1:1.1.1k-5.el8_5'))).toEqual([]);
  expect(await found(installed('openssl', '1:1.1.1k-4.el8', { arch: 'aarch64' }))).toEqual([]);
  expect(
    await found(installed('openssl', '1:1.1.1k-4.el8', { buildInfo: { contentSets: ['other-rpms'] } })),
  ).toEqual([]);
});

test('packages of modules are those of their stream', async () => {
  const node = (stream: string): Package =>
    installed('nodejs', '16.1.0-1.module', { modularityLabel: `nodejs:${stream}:80:x` });
  expect(await found(node('16'))).toHaveLength(2);
  expect(await found(node('14'))).toEqual([]);
});

test('what is not fixed is said of a release, with the reason', async () => {
  expect(await found(installed('curl', '7.1-1.el8'), installed('wget', '1.1-1.el8'))).toEqual([
    ['CVE-2022-1', 'curl', 'will_not_fix', 'MEDIUM', []],
    ['CVE-2022-2', 'curl', 'will_not_fix', 'MEDIUM', []],
    ['CVE-2022-1', 'wget', 'under_investigation', 'MEDIUM', []],
    ['CVE-2022-2', 'wget', 'under_investigation', 'MEDIUM', []],
  ]);
});

test('errata of OSV are about a product too, and leave modules to those who name their streams', async () => {
  const [bash, zsh] = [installed('bash', '5.1-1.el8'), installed('zsh', '5.8-1.el8')];
  expect(await found(bash, zsh, installed('nodejs', '1:16.1-1.el8'))).toEqual([
    ['CVE-2024-1', 'bash', '5.1-2.el8', 'HIGH', ['RHSA-2024:1']],
    ['CVE-2024-2', 'bash', '5.1-2.el8', 'HIGH', ['RHSA-2024:1']],
  ]);
  expect(await found(installed('bash', '5.1-2.el8'))).toEqual([]);
});

test('records are counted, and products are numbered beyond those of a published database', async () => {
  const collector = await build();
  expect(collector.counts().get('redhat-vex')?.imported).toBe(2);
  expect(collector.counts().get('redhat-repositories')?.imported).toBe(2);
  const numbers = new BucketDatabase(collector.store()).redHatProducts(
    'repository',
    'rhel-8-for-x86_64-appstream-rpms',
  );
  expect(numbers).toHaveLength(3);
  expect(Math.min(...numbers)).toBeGreaterThanOrEqual(1_000_000);
});
