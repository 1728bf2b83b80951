import { silentLog } from '@lanner/core';
import { importFile } from './db/build/build.ts';
import { AdvisoryCollector } from './db/build/collector.ts';
import { changeLines } from './formats/dpkg/dpkg.fuzz.ts';
import { changeJson, type FuzzReport, fuzzParser } from './testkit/fuzz.ts';

/** Damaged files of every form of advisories. Each is either counted as imported or rejected with a reason. */
export function fuzzFeeds(inputs: number, seed: number): FuzzReport {
  const share = Math.ceil(inputs / samples.length);
  const report = { inputs: 0, refused: 0 };
  for (const [i, { path, text }] of samples.entries()) {
    const found = fuzzParser(share, seed + i, {
      corpus: [Buffer.from(text)],
      maxReads: 2,
      change: path.endsWith('.json') ? changeJson : changeLines,
      read(source) {
        const collector = new AdvisoryCollector();
        try {
          importFile({ path, text: source.read(0, source.size).toString('utf8') }, collector, silentLog);
          const { imported, rejected } = sum(collector);
          report.refused += rejected > 0 ? 1 : 0;
          if (imported + rejected === 0 && !countsNothing.has(path)) {
            throw new Error('neither imported nor rejected');
          }
        } finally {
          collector.close();
        }
      },
    });
    report.inputs += found.inputs;
  }
  return report;
}

/** Files that may hold no record at all. */
const countsNothing = new Set([
  'tracker.json',
  'secdb.json',
  'kev.json',
  'epss.csv',
  'osv.json',
  'openvex.json',
  'csaf.json',
  'redhat-vex.json',
  'repository-to-cpe.json',
]);

function sum(collector: AdvisoryCollector): { imported: number; rejected: number } {
  let [imported, rejected] = [0, 0];
  for (const counts of collector.counts().values()) {
    imported += counts.imported;
    for (const { count } of counts.rejected.values()) {
      rejected += count;
    }
  }
  return { imported, rejected };
}

function json(value: unknown): string {
  return JSON.stringify(value, null, 1);
}

const osv = {
  id: 'GHSA-1',
  modified: '2026-01-02T00:00:00Z',
  aliases: ['CVE-2026-1'],
  summary: 's',
  severity: [
    { type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H' },
    { type: 'CVSS_V4', score: 'CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N' },
  ],
  affected: [
    {
      package: { ecosystem: 'npm', name: 'a' },
      ranges: [
        { type: 'SEMVER', events: [{ introduced: '0' }, { fixed: '1.2.0' }, { introduced: '2.0.0' }] },
      ],
      versions: ['1.0.0'],
    },
    {
      package: { ecosystem: 'Debian:12', name: 'b' },
      ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { last_affected: '1:2-3' }] }],
    },
  ],
  references: [{ type: 'WEB', url: 'https://example.org' }],
};
const statement = {
  vulnerability: { name: 'CVE-2026-1', aliases: ['GHSA-1'] },
  products: [{ '@id': 'pkg:npm/a@1', subcomponents: [{ '@id': 'pkg:npm/b@2' }] }],
  status: 'affected',
};
const product = {
  name: 'a',
  product_id: 'A',
  product_identification_helper: { purl: 'pkg:rpm/redhat/a@1-2.el9?arch=x86_64' },
};

const samples: readonly { readonly path: string; readonly text: string }[] = [
  { path: 'osv.json', text: json([osv, { ...osv, id: 'GO-2', withdrawn: '2026-01-01T00:00:00Z' }]) },
  { path: 'osv.yaml', text: json(osv) },
  {
    path: 'crates/a/RUSTSEC-2026-0001.md',
    text: '```toml\n[advisory]\nid = "RUSTSEC-2026-0001"\npackage = "a"\ndate = "2026-01-01"\naliases = ["CVE-2026-1"]\ncvss = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"\n\n[versions]\npatched = [">= 1.2", "^0.9"]\nunaffected = ["< 0.1"]\n```\n\n# Title\n\nText.\n',
  },
  {
    path: 'tracker.json',
    text: json({
      a: {
        'CVE-2026-1': {
          description: 'd',
          releases: {
            bookworm: {
              status: 'resolved',
              repositories: { bookworm: '1' },
              fixed_version: '1',
              urgency: 'low',
            },
          },
        },
      },
    }),
  },
  {
    path: 'secdb.json',
    text: json({
      distroversion: 'v3.20',
      reponame: 'main',
      packages: [
        {
          pkg: { name: 'a', secfixes: { '1.2-r3': ['CVE-2026-1', 'XSA-1 CVE-2026-2'], '0': ['CVE-2026-3'] } },
        },
      ],
    }),
  },
  {
    path: 'csaf.json',
    text: json({
      document: {
        category: 'csaf_vex',
        csaf_version: '2.0',
        publisher: { name: 'x' },
        tracking: { id: 'CVE-2026-1' },
      },
      product_tree: {
        branches: [
          { category: 'vendor', name: 'v', branches: [{ category: 'product_version', name: 'a', product }] },
        ],
        relationships: [
          {
            category: 'default_component_of',
            full_product_name: { name: 'n', product_id: 'B' },
            product_reference: 'A',
            relates_to_product_reference: 'A',
          },
        ],
      },
      vulnerabilities: [
        { cve: 'CVE-2026-1', title: 't', product_status: { fixed: ['A'], known_affected: ['B'] } },
      ],
    }),
  },
  {
    path: 'redhat-vex.json',
    text: json({
      document: {
        csaf_version: '2.0',
        publisher: { namespace: 'https://www.redhat.com' },
        aggregate_severity: { text: 'Low' },
      },
      product_tree: {
        branches: [
          { product: { product_id: 'A', product_identification_helper: { cpe: 'cpe:/a:redhat:x:8::y' } } },
          {
            product: {
              product_id: 'B',
              product_identification_helper: { purl: 'pkg:rpm/redhat/b@1-2?arch=x86_64&rpmmod=m:1:2:3' },
            },
          },
        ],
        relationships: [
          {
            category: 'default_component_of',
            full_product_name: { product_id: 'A:B' },
            product_reference: 'B',
            relates_to_product_reference: 'A',
          },
        ],
      },
      vulnerabilities: [
        {
          cve: 'CVE-2026-1',
          product_status: { fixed: ['A:B'], known_affected: ['A:B'] },
          remediations: [
            { category: 'vendor_fix', url: 'https://h/errata/RHSA-2026:1', product_ids: ['A:B'] },
            { category: 'none_available', details: 'Affected', product_ids: ['A:B'] },
          ],
          threats: [{ category: 'impact', details: 'Low', product_ids: ['A:B'] }],
        },
      ],
    }),
  },
  {
    path: 'repository-to-cpe.json',
    text: json({ data: { a: { cpes: ['cpe:/a:redhat:x:8::y'] }, b: { cpes: [] } } }),
  },
  {
    path: 'openvex.json',
    text: json({ '@context': 'https://openvex.dev/ns/v0.2.0', '@id': 'x', statements: [statement] }),
  },
  {
    path: 'epss.csv',
    text: '#model_version:v1,score_date:2026-01-01\ncve,epss,percentile\nCVE-2026-1,0.5,0.9\nCVE-2026-2,0.01,0.1\n',
  },
  {
    path: 'kev.json',
    text: json({
      catalogVersion: '1',
      vulnerabilities: [
        { cveID: 'CVE-2026-1', dateAdded: '2026-01-01', knownRansomwareCampaignUse: 'Known' },
      ],
    }),
  },
];
