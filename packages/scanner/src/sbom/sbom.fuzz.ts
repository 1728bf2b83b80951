import { silentLog } from '@lanner/core';
import { readIgnoreFile } from '../filter/ignore-file.ts';
import { changeLines } from '../formats/dpkg/dpkg.fuzz.ts';
import { type FuzzReport, fuzzParser } from '../testkit/fuzz.ts';
import { fixedOptions, sampleReport } from '../testkit/report.ts';
import { readReport } from '../report/json.ts';
import { writeReport } from '../report/write.ts';
import { readVex } from '../vex/read.ts';
import { readSbom } from './read.ts';

/** Damaged bills of materials in every syntax that is read: what is read must also be writable. */
export function fuzzSbom(inputs: number, seed: number, corpus: readonly Buffer[] = []): FuzzReport {
  return fuzzParser(inputs, seed, {
    corpus: [...['cyclonedx', 'spdx-json', 'spdx'].map(sample), ...corpus],
    maxReads: 2,
    change: changeLines,
    read(source) {
      const { bom } = readSbom(source.read(0, source.size));
      return [...writeReport('cyclonedx', { ...sampleReport, results: [], bom }, fixedOptions())];
    },
  });
}

/** Damaged VEX documents, reports and ignore files. */
export function fuzzVex(inputs: number, seed: number, corpus: readonly Buffer[] = []): FuzzReport {
  return fuzzParser(inputs, seed, {
    corpus: [openVex, csaf, cycloneDx, ignoreYaml, sample('json'), ...corpus],
    maxReads: 2,
    change: changeLines,
    read(source) {
      const bytes = source.read(0, source.size);
      const text = bytes.toString('utf8');
      if (text.startsWith('vulnerabilities:')) {
        return readIgnoreFile(text, { path: 'x.yaml', now: new Date(0), log: silentLog });
      }
      if (text.includes('"SchemaVersion"')) {
        return [...writeReport('json', readReport(text), fixedOptions())];
      }
      return readVex(bytes, 'x', { artifactType: 'cyclonedx' })(question);
    },
  });
}

const question = {
  vulnerabilityId: 'CVE-2026-0001',
  productPurl: 'pkg:npm/a@1',
  partPurl: 'pkg:npm/b@1',
  references: ['pkg:npm/a@1'],
};

function sample(format: string): Buffer {
  return Buffer.from([...writeReport(format, sampleReport, fixedOptions())].join(''));
}

const openVex = Buffer.from(`{
  "@context": "https://openvex.dev/ns/v0.2.0",
  "timestamp": "2026-01-01T00:00:00Z",
  "statements": [
    {
      "vulnerability": { "name": "CVE-2026-0001", "aliases": ["GHSA-1"] },
      "products": [{ "@id": "pkg:npm/a", "subcomponents": [{ "@id": "pkg:npm/b@1" }] }, "pkg:npm/a@1"],
      "status": "not_affected",
      "justification": "vulnerable_code_not_present"
    }
  ]
}`);

const csaf = Buffer.from(`{
  "document": { "csaf_version": "2.0" },
  "product_tree": {
    "branches": [
      { "branches": [{ "product": { "product_id": "a", "product_identification_helper": { "purl": "pkg:npm/a@1" } } }] },
      { "product": { "product_id": "b", "product_identification_helper": { "purl": "pkg:npm/b@1" } } }
    ],
    "relationships": [
      {
        "product_reference": "b",
        "category": "default_component_of",
        "relates_to_product_reference": "a",
        "full_product_name": { "product_id": "a-b" }
      }
    ]
  },
  "vulnerabilities": [{ "cve": "CVE-2026-0001", "product_status": { "known_not_affected": ["a-b"] } }]
}`);

const cycloneDx = Buffer.from(`{
  "bomFormat": "CycloneDX",
  "specVersion": "1.5",
  "vulnerabilities": [
    {
      "id": "CVE-2026-0001",
      "analysis": { "state": "not_affected", "justification": "code_not_reachable" },
      "affects": [{ "ref": "urn:cdx:3e671687-395b-41f5-a30f-a58921a69b79/1#pkg:npm/a@1" }, { "ref": "pkg:npm/a@1" }]
    }
  ]
}`);

const ignoreYaml = Buffer.from(`vulnerabilities:
  - id: CVE-2026-0001
    paths: ["**/*.lock", "a/{b,c}"]
    purls: ["pkg:npm/a"]
    expired_at: 2030-01-01
secrets:
  - id: rule
`);
