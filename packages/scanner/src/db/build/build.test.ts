import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog } from '@lanner/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { feeds } from '../../feeds/registry.gen.ts';
import { matchApplication, matchOsPackages, calendarAt } from '../../match/index.ts';
import { BucketDatabase } from '../advisory-database.ts';
import { boltStore } from '../bucket-store.ts';
import { collectAdvisories } from './build.ts';
import type { AdvisoryCollector } from './collector.ts';
import { cvss3Score } from './cvss.ts';
import { cvss4Score } from './cvss4.ts';
import { complement, intervalOf } from './intervals.ts';

async function* filesOf(
  files: Readonly<Record<string, unknown>>,
): AsyncGenerator<{ path: string; text: string }> {
  for (const [path, content] of Object.entries(files)) {
    yield await Promise.resolve({
      path,
      text: typeof content === 'string' ? content : JSON.stringify(content),
    });
  }
}

function collect(files: Readonly<Record<string, unknown>>): Promise<AdvisoryCollector> {
  return collectAdvisories(filesOf(files), { log: silentLog });
}

async function database(files: Readonly<Record<string, unknown>>): Promise<BucketDatabase> {
  return new BucketDatabase((await collect(files)).store());
}

function counts(collector: AdvisoryCollector): Record<string, unknown> {
  return Object.fromEntries(
    [...collector.counts()].map(([feed, { imported, rejected }]) => [
      feed,
      { imported, ...Object.fromEntries([...rejected].map(([reason, { count }]) => [reason, count])) },
    ]),
  );
}

test('records of Ubuntu are about source packages of a release, with its priority', async () => {
  const record = (id: string, ecosystem: string, score: string): unknown => ({
    id: `UBUNTU-${id}`,
    modified: '2024-01-02T00:00:00Z',
    upstream: [id],
    severity: [{ type: 'Ubuntu', score }],
    affected: [
      {
        package: { ecosystem, name: 'openssl' },
        ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: '3.0.2-0ubuntu1.1' }] }],
      },
    ],
  });
  const built = await database({
    'a.json': record('CVE-2024-1', 'Ubuntu:22.04:LTS', 'medium'),
    'b.json': record('CVE-2024-2', 'Ubuntu:Pro:18.04:LTS', 'negligible'),
  });
  expect(built.advisories('ubuntu 22.04', 'openssl')).toMatchObject([
    { vulnerabilityId: 'CVE-2024-1', fixedVersion: '3.0.2-0ubuntu1.1', vendorIds: ['UBUNTU-CVE-2024-1'] },
  ]);
  expect(built.advisories('ubuntu 18.04-ESM', 'openssl')).toHaveLength(1);
  expect(built.detail('CVE-2024-1')?.vendorSeverity).toEqual({ ubuntu: 'MEDIUM' });
  expect(built.detail('CVE-2024-2')?.vendorSeverity).toEqual({ ubuntu: 'LOW' });
});

const osv = {
  id: 'GO-2024-1',
  modified: '2024-01-02T00:00:00Z',
  aliases: ['CVE-2024-1', 'GHSA-a'],
  summary: 's',
  severity: [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H' }],
  affected: [
    {
      package: { ecosystem: 'Go', name: 'example.org/M' },
      ranges: [
        { type: 'SEMVER', events: [{ introduced: '0' }, { fixed: '1.2.0' }, { introduced: '2.0.0' }] },
      ],
      versions: ['1.0.0', '1.5.0'],
    },
    { package: { ecosystem: 'Nowhere', name: 'x' }, versions: ['1'] },
  ],
};

describe('records of OSV', () => {
  test('become ranges under the CVE, with the other ids as those of vendors', async () => {
    const built = await database({ 'a.json': osv });
    expect(built.advisoriesByPrefix('go::', 'example.org/M')).toEqual([
      {
        vulnerabilityId: 'CVE-2024-1',
        vendorIds: ['GHSA-a', 'GO-2024-1'],
        vulnerableVersions: ['<1.2.0', '>=2.0.0', '=1.5.0'],
        patchedVersions: ['1.2.0'],
        dataSource: {
          id: 'govulndb',
          name: 'The Go Vulnerability Database',
          url: 'https://pkg.go.dev/vuln/',
        },
      },
    ]);
    expect(built.detail('CVE-2024-1')).toMatchObject({
      title: 's',
      severity: 'CRITICAL',
      cvss: { govulndb: { v3Score: 9.8 } },
    });
  });

  test('of distributions say what fixes a release', async () => {
    const record = {
      id: 'DEBIAN-CVE-1',
      modified: 'x',
      upstream: ['CVE-2024-5'],
      affected: [
        {
          package: { ecosystem: 'Debian:12', name: 'curl' },
          ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: '7.88.1-10+deb12u5' }] }],
        },
      ],
    };
    const built = await database({ 'a.yaml': JSON.stringify(record) });
    const curl = { name: 'curl', version: '7.88.1-10', srcName: 'curl', srcVersion: '7.88.1-10' };
    const options = { database: built, calendar: calendarAt(new Date()), log: silentLog };
    expect(
      matchOsPackages({ os: { family: 'debian', name: '12' }, packages: [curl] }, options),
    ).toMatchObject([{ vulnerabilityId: 'CVE-2024-5', fixedVersion: '7.88.1-10+deb12u5' }]);
  });

  test.each([
    ['AlmaLinux:9', 'alma 9'],
    ['SUSE:Linux Enterprise Server 15 SP5', 'SUSE Linux Enterprise 15.5'],
    ['SUSE:Linux Enterprise Module for Basesystem 15 SP5', 'SUSE Linux Enterprise 15.5'],
    ['SUSE:Linux Enterprise Micro 5.3', 'SUSE Linux Enterprise Micro 5.3'],
    ['openSUSE:Leap 15.5', 'openSUSE Leap 15.5'],
  ])('of %s have what they fix among what is related', async (ecosystem, bucket) => {
    const built = await database({
      'a.json': {
        id: 'XX-2024:1',
        modified: 'x',
        related: ['CVE-2024-6', 'CVE-2024-7'],
        affected: [
          {
            package: { ecosystem, name: 'bash' },
            ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: '5.1-2' }] }],
          },
        ],
      },
    });
    expect(built.advisories(bucket, 'bash')).toMatchObject([
      { vulnerabilityId: 'CVE-2024-6', fixedVersion: '5.1-2', vendorIds: ['XX-2024:1'] },
      { vulnerabilityId: 'CVE-2024-7', fixedVersion: '5.1-2', vendorIds: ['XX-2024:1'] },
    ]);
  });

  test('of languages are not about what is only related', async () => {
    const built = await database({
      'a.json': { ...osv, id: 'GHSA-b', aliases: [], related: ['CVE-2024-8'] },
    });
    expect(built.advisoriesByPrefix('go::', 'example.org/M')).toMatchObject([{ vulnerabilityId: 'GHSA-b' }]);
  });

  test('that name one package several times are about all of its ranges', async () => {
    const about = (introduced: string, fixed: string): unknown => ({
      package: { ecosystem: 'PyPI', name: 'Django' },
      ranges: [
        { type: 'GIT', repo: 'x', events: [{ introduced: '0' }, { fixed: 'abc' }] },
        { type: 'ECOSYSTEM', events: [{ introduced }, { fixed }] },
      ],
    });
    const record = { ...osv, id: 'GHSA-c', affected: [about('3.2', '3.2.5'), about('4.0', '4.0.2')] };
    const built = await database({ 'a.json': record });
    expect(built.advisoriesByPrefix('pip::', 'django')).toMatchObject([
      { vulnerableVersions: ['>=3.2, <3.2.5', '>=4.0, <4.0.2'], patchedVersions: ['3.2.5', '4.0.2'] },
    ]);
  });

  test('that cannot be used are counted with the reason', async () => {
    const [first] = osv.affected;
    const collector = await collect({
      'a.json': [osv, { ...osv, id: 'GO-2', withdrawn: 'x' }, { ...osv, id: 'GO-3', affected: [] }],
      'b.json': { ...osv, id: 'GO-4', affected: [{ ...first, ranges: [{ type: 'GIT' }], versions: [] }] },
      'c.json': { ...osv, id: 'X-5', affected: [osv.affected[1]] },
      'd.json': '{',
      'e.txt': 'hello',
    });
    expect(counts(collector)).toEqual({
      osv: {
        imported: 1,
        withdrawn: 1,
        'names no affected package': 1,
        'names no versions': 1,
        'is about an ecosystem that is not matched': 1,
      },
      other: { imported: 0, 'is damaged': 1, 'is no form of advisories that is known': 1 },
    });
  });
});

describe('advisories of RustSec', () => {
  const text = `\`\`\`toml
[advisory]
id = "RUSTSEC-2021-0003"
package = "smallvec"
date = "2021-01-08"
aliases = ["CVE-2021-25900"]
cvss = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"
[versions]
patched = [">= 0.6.14, < 1.0.0", ">= 1.6.1"]
unaffected = ["< 0.6.3"]
\`\`\`

# Buffer overflow
Text.
`;

  test('are vulnerable where they are neither patched nor unaffected', async () => {
    const built = await database({ 'crates/smallvec/RUSTSEC-2021-0003.md': text });
    const [advisory] = built.advisoriesByPrefix('cargo::', 'smallvec');
    expect(advisory).toMatchObject({
      vulnerabilityId: 'CVE-2021-25900',
      vulnerableVersions: ['>=0.6.3, <0.6.14', '>=1.0.0, <1.6.1'],
      patchedVersions: ['0.6.14', '1.6.1'],
    });
    function found(version: string): number {
      const application = { type: 'cargo', filePath: '', packages: [{ name: 'smallvec', version }] };
      return matchApplication(application, { database: built, log: silentLog })!.length;
    }
    expect(['0.6.2', '0.6.3', '0.6.14', '1.6.0', '1.6.1', '2.0.0'].map(found)).toEqual([0, 1, 0, 1, 0, 0]);
    expect(built.detail('CVE-2021-25900')).toMatchObject({ title: 'Buffer overflow', description: 'Text.' });
  });

  test.each([
    ['>= 1.2', { from: '1.2.0', to: null }],
    ['^1.2.3', { from: '1.2.3', to: '2.0.0' }],
    ['0.3.7', { from: '0.3.7', to: '0.4.0' }],
    ['~1.2', { from: '1.2.0', to: '1.3.0' }],
    ['= 1.2.3', { from: '1.2.3', to: '1.2.4-0' }],
    ['> 1.2.3-alpha', { from: '1.2.3-alpha.0', to: null }],
    ['<= 1.2, >= 1', { from: '1.0.0', to: '1.2.1-0' }],
    ['latest', null],
  ])('the requirement %s', (requirement, interval) => {
    expect(intervalOf(requirement)).toEqual(interval);
  });

  test('a version is in the intervals or in their complement, never in both', () => {
    const version = fc.tuple(fc.nat(3), fc.nat(3), fc.nat(3)).map((parts) => parts.join('.'));
    const requirement = fc
      .tuple(fc.constantFrom('>=', '>', '<', '<=', '=', '^', '~'), version)
      .map(([operator, text_]) => `${operator} ${text_}`);
    fc.assert(
      fc.property(fc.array(requirement, { maxLength: 4 }), version, (requirements, probe) => {
        const intervals = requirements.map((one) => intervalOf(one)!);
        function isIn(list: ReturnType<typeof complement>): boolean {
          const own = intervalOf(`= ${probe}`)!.from!;
          return list.some(({ from, to }) => {
            const inside = complement([{ from, to }]);
            return !inside.some((gap) => contains(gap, own));
          });
        }
        expect(isIn(complement(intervals))).toBe(!intervals.some((one) => contains(one, probe)));
      }),
    );
  });
});

function contains({ from, to }: { from: string | null; to: string | null }, version: string): boolean {
  function number(text: string): number {
    const [release = '', pre] = text.split('-', 2);
    const [a = 0, b = 0, c = 0] = release.split('.').map(Number);
    return a * 1e6 + b * 1e3 + c - (pre === undefined ? 0 : 0.5);
  }
  const value = number(version);
  return (from === null || value >= number(from)) && (to === null || value < number(to));
}

describe('feeds of distributions', () => {
  test("Debian's tracker gives fixes and states", async () => {
    const tracker = {
      curl: {
        'CVE-1': {
          description: 'd',
          releases: {
            bookworm: { status: 'resolved', fixed_version: '7.88.1-1', urgency: 'low' },
            bullseye: { status: 'open', urgency: 'unimportant', nodsa: 'x', nodsa_reason: 'ignored' },
            sid: { status: 'open' },
          },
        },
        'CVE-2': { releases: { bookworm: { status: 'resolved', fixed_version: '0' } } },
      },
    };
    const collector = await collect({ 'json.json': tracker });
    const built = new BucketDatabase(collector.store());
    expect(built.advisories('debian 12', 'curl')).toMatchObject([
      { fixedVersion: '7.88.1-1', severity: 'LOW' },
    ]);
    expect(built.advisories('debian 11', 'curl')).toMatchObject([
      { status: 'will_not_fix', severity: 'LOW' },
    ]);
    expect(counts(collector)).toEqual({ 'debian-tracker': { imported: 1, 'affects no release': 1 } });
  });

  test('secdb gives fixes', async () => {
    const secdb = {
      apkurl: '{{urlprefix}}/{{distroversion}}',
      distroversion: 'v3.19',
      packages: [
        { pkg: { name: 'curl', secfixes: { '8.5.0-r0': ['CVE-1', 'CVE-2 (+ more)'], '0': ['CVE-3'] } } },
      ],
    };
    const wolfi = {
      apkurl: 'https://packages.wolfi.dev/os',
      packages: [{ pkg: { name: 'a', secfixes: { '1-r0': ['CVE-4'] } } }],
    };
    const built = await database({ 'main.json': secdb, 'security.json': wolfi });
    expect(built.advisories('alpine 3.19', 'curl').map(({ vulnerabilityId }) => vulnerabilityId)).toEqual([
      'CVE-1',
      'CVE-2',
    ]);
    expect(built.advisories('wolfi', 'a')).toMatchObject([
      { fixedVersion: '1-r0', dataSource: { id: 'wolfi' } },
    ]);
  });
});

describe('VEX documents', () => {
  test('OpenVEX says what is affected', async () => {
    const vex = {
      '@context': 'https://openvex.dev/ns/v0.2.0',
      author: 'me',
      statements: [
        {
          vulnerability: { name: 'CVE-1' },
          status: 'affected',
          products: [
            { '@id': 'pkg:npm/a@1.0.0' },
            { '@id': 'pkg:oci/x', subcomponents: [{ '@id': 'pkg:npm/b' }] },
          ],
        },
        { vulnerability: { name: 'CVE-2' }, status: 'not_affected', products: [{ '@id': 'pkg:npm/a' }] },
      ],
    };
    const collector = await collect({ 'a.openvex.json': vex });
    const built = new BucketDatabase(collector.store());
    expect(built.advisoriesByPrefix('npm::', 'a')).toMatchObject([{ vulnerableVersions: ['=1.0.0'] }]);
    expect(built.advisoriesByPrefix('npm::', 'b')).toMatchObject([{ vulnerableVersions: [''] }]);
    expect(collector.counts().get('openvex')).toMatchObject({ imported: 1 });
  });

  test('CSAF says what is fixed', async () => {
    const csaf = {
      document: { csaf_version: '2.0', publisher: { name: 'Debian' }, tracking: { id: 'A-1' } },
      product_tree: {
        branches: [
          {
            branches: [
              {
                product: {
                  product_id: 'P1',
                  product_identification_helper: { purl: 'pkg:deb/debian/curl@8.0-1?distro=debian-12' },
                },
              },
            ],
          },
        ],
        relationships: [{ product_reference: 'P1', full_product_name: { product_id: 'R1' } }],
      },
      vulnerabilities: [{ cve: 'CVE-1', product_status: { fixed: ['R1'] }, title: 't' }],
    };
    const built = await database({ 'a.json': csaf });
    expect(built.advisories('debian 12', 'curl')).toMatchObject([{ fixedVersion: '8.0-1' }]);
    expect(built.detail('CVE-1')).toMatchObject({ title: 't' });
  });
});

test('threats are kept by vulnerability', async () => {
  const built = await database({
    'epss.csv': '#model\ncve,epss,percentile\nCVE-2024-1,0.5,0.9\nCVE-x,1,1\n',
    'kev.json': {
      catalogVersion: '1',
      vulnerabilities: [
        { cveID: 'CVE-2024-1', dateAdded: '2024-02-03', knownRansomwareCampaignUse: 'Known' },
      ],
    },
  });
  expect(built.threat('CVE-2024-1')).toEqual({
    epss: 0.5,
    percentile: 0.9,
    exploitedSince: '2024-02-03',
    ransomware: true,
  });
  expect(built.threat('CVE-1')).toBeNull();
});

test('what is written is what was gathered', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'lanner-db-'));
  const collector = await collect({ 'a.json': osv });
  collector.write(join(folder, 'own.db'));
  const written = new BucketDatabase(boltStore(join(folder, 'own.db')));
  expect(written.advisoriesByPrefix('go::', 'example.org/M')).toEqual(
    new BucketDatabase(collector.store()).advisoriesByPrefix('go::', 'example.org/M'),
  );
  written.close();
  rmSync(folder, { recursive: true });
});

test.each([
  ['CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H', 9.8],
  ['CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H', 10],
  ['CVSS:3.0/AV:L/AC:H/PR:L/UI:R/S:U/C:L/I:N/A:N', 2.2],
  ['CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:C/C:L/I:L/A:N', 6.4],
  ['CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N', 0],
  ['CVSS:3.1/AV:N', null],
  ['AV:N/AC:L/Au:N/C:P/I:P/A:P', null],
])('the score of %s is %s', (vector, score) => {
  expect(cvss3Score(vector)).toBe(score);
});

const four = 'CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N';
test.each([
  [`${four}/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N`, 9.3],
  [`${four}/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H`, 10],
  [`${four}/VC:L/VI:L/VA:L/SC:N/SI:N/SA:N`, 6.9],
  ['CVSS:4.0/AV:L/AC:L/AT:N/PR:L/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N', 8.5],
  [`${four}/VC:N/VI:N/VA:N/SC:N/SI:N/SA:N`, 0],
  [`${four}/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N/E:U`, 8.1],
  [`${four}/VC:H`, null],
  [`${four}/VC:Q/VI:H/VA:H/SC:N/SI:N/SA:N`, null],
  ['CVSS:3.1/AV:N', null],
])('the score of %s is %s', (vector, score) => {
  expect(cvss4Score(vector)).toBe(score);
});

// Holds for every feed, also for those that will be written later.
describe.each(feeds.map((feed) => [feed.id, feed] as const))('feed %s', (_id, feed) => {
  test('answers noise with a refusal, never with a crash', async () => {
    const noise = fc.oneof(
      fc.json(),
      fc.string(),
      fc.jsonValue().map((value) => JSON.stringify({ id: 'a', affected: value })),
    );
    await fc.assert(
      fc.asyncProperty(noise, fc.constantFrom('a.json', 'a.yaml', 'a.md', 'a.csv'), async (text, path) => {
        await collect({ [path]: text });
      }),
      { numRuns: 50 },
    );
    expect(feed.doc).toMatch(/\.$/);
  });
});
