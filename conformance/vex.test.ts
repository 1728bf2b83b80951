import { AppError } from '@lanner/core';
import {
  filterReport,
  openVexSources,
  type Package,
  type Report,
  type Result,
  severities,
  type VexPorts,
  type Vulnerability,
} from '@lanner/scanner';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { trivyCasesArePresent, trivyFixtures, trivyRows } from './lib/trivy-cases.ts';

interface Row {
  readonly name: string;
  readonly cacheDir?: string;
  readonly configContent?: string;
  readonly wantNotAffected?: boolean;
  readonly wantErr?: string;
  readonly vuln?: { readonly VulnerabilityID: string };
}

const folder = (): string => join(trivyFixtures(), 'trivy-testdata/pkg/vex/testdata');

// The packages, reports and results that rows name are values of the Go test: `springPackage`, `imageReport` …
const bash: Package = {
  id: 'bash@5.3',
  name: 'bash',
  version: '5.3',
  identifier: { uid: '01', purl: 'pkg:deb/debian/bash@5.3' },
};
const spring: Package = {
  id: 'org.springframework.boot:spring-boot:2.6.0',
  name: 'org.springframework.boot:spring-boot',
  version: '2.6.0',
  identifier: {
    uid: '02',
    purl: 'pkg:maven/org.springframework.boot/spring-boot@2.6.0',
    bomRef: 'pkg:maven/org.springframework.boot/spring-boot@2.6.0',
  },
};

function go(name: string, version: string, extra: Partial<Package> = {}): Package {
  const path = `github.com/aquasecurity/${name}`;
  return {
    id: `${path}@${version}`,
    name: path,
    version,
    identifier: { uid: name, purl: `pkg:golang/${path}@${version}` },
    ...extra,
  };
}

const transitive = go('go-transitive', 'v4.0.0', { relationship: 'indirect' });
const direct1 = go('go-direct1', 'v2.0.0', { relationship: 'direct', dependsOn: [transitive.id!] });
const direct2 = go('go-direct2', 'v3.0.0', { relationship: 'direct', dependsOn: [transitive.id!] });
const module = go('go-module', 'v1.0.0', { relationship: 'root', dependsOn: [direct1.id!, direct2.id!] });
const singlePath = [{ ...module, dependsOn: [direct1.id!] }, direct1, transitive];
const multiPath = [module, direct1, direct2, transitive];

function found(vulnerabilityId: string, pkg: Package): Vulnerability {
  return {
    vulnerabilityId,
    pkgId: pkg.id!,
    pkgName: pkg.name,
    installedVersion: pkg.version!,
    pkgIdentifier: pkg.identifier!,
    severity: 'HIGH',
  };
}

function result(
  type: string,
  packages: readonly Package[],
  vulnerabilities: readonly Vulnerability[],
): Result {
  return {
    target: type,
    class: type === 'debian' ? 'os-pkgs' : 'lang-pkgs',
    type,
    packages,
    vulnerabilities,
  };
}

function report(artifactType: Report['artifactType'], results: readonly Result[]): Report {
  return {
    version: 'dev',
    createdAt: new Date(0),
    artifactName: 'debian:12',
    artifactType,
    metadata:
      artifactType === 'container_image'
        ? {
            repoTags: ['debian:12'],
            repoDigests: [`debian@sha256:${'4'.repeat(64)}`],
            imageConfig: { architecture: 'amd64' },
          }
        : {},
    results,
  };
}

function ports(cache = 'single-repo', config: string | null = null): VexPorts {
  return {
    readFile: (path) => Promise.resolve(readFileSync(join(folder(), '..', path))),
    fetch: (url) =>
      Promise.resolve(
        url.endsWith('/openvex')
          ? { status: 200, body: readFileSync(join(folder(), 'openvex.json')) }
          : url.endsWith('/unknown')
            ? { status: 200, body: Buffer.from('{}') }
            : { status: 404, body: Buffer.alloc(0) },
      ),
    attestation: () => Promise.resolve(readFileSync(join(folder(), 'openvex-oci.json'))),
    repositories: () =>
      Promise.resolve({
        config,
        readFile: (path) => {
          const whole = join(folder(), cache, 'vex/repositories', path);
          return existsSync(whole) ? readFileSync(whole) : null;
        },
      }),
  };
}

async function filtered(
  input: Report,
  sources: readonly string[],
  from = ports(),
): Promise<{ kept: string[]; suppressed: (readonly [string, string | undefined, string])[] }> {
  const vex = await openVexSources(sources, input, from);
  const { results } = filterReport(input, { severities: new Set(severities), vex });
  return {
    kept: results.flatMap(({ vulnerabilities = [] }) => vulnerabilities.map((one) => one.vulnerabilityId)),
    suppressed: results.flatMap(({ suppressed = [] }) =>
      suppressed.map(
        (one) => [(one.finding as Vulnerability).vulnerabilityId, one.statement, one.source] as const,
      ),
    ),
  };
}

const log4j = found('CVE-2021-44228', spring);
const shell = found('CVE-2022-3715', bash);
const nested = found('CVE-2024-0001', transitive);
const statement = 'vulnerable_code_not_in_execute_path';
const config =
  'repositories:\n  - name: default\n    url: https://example.com/vex/default\n    enabled: true\n';
const image = (type: string, packages: readonly Package[], all: readonly Vulnerability[]): Report =>
  report('container_image', [result(type, packages, all)]);
const looping = [
  { ...bash, dependsOn: ['libc6@2.37'] },
  {
    id: 'libc6@2.37',
    name: 'libc6',
    version: '2.37',
    dependsOn: [bash.id!],
    identifier: { uid: '03', purl: 'pkg:deb/debian/libc6@2.37' },
  },
];
const twoParents: Package[] = [
  {
    id: 'a@1',
    name: 'a',
    version: '1',
    dependsOn: [bash.id!],
    identifier: { uid: 'a', purl: 'pkg:deb/debian/a@1' },
  },
  {
    id: 'b@1',
    name: 'b',
    version: '1',
    dependsOn: [bash.id!],
    identifier: { uid: 'b', purl: 'pkg:deb/debian/b@1' },
  },
  bash,
];
const cycloneDx: Report = {
  ...report('cyclonedx', [result('jar', [spring], [log4j])]),
  bom: {
    serialNumber: 'urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79',
    version: 1,
    rootId: 'root',
    components: new Map(
      [
        { id: 'root', type: 'application' as const, name: 'app', identifier: {} },
        {
          id: '1',
          type: 'library' as const,
          name: 'spring-boot',
          version: '2.6.0',
          identifier: spring.identifier!,
        },
      ].map((component) => [component.id, { ...component, files: [], properties: [] }]),
    ),
    relationships: new Map([['root', [{ to: '1', type: 'depends_on' }]]]),
    externalReferences: [],
  },
};

/** What each row of `vex_test.go::TestFilter` does, by its name; rows that are not here fail. */
const cases: Readonly<Record<string, () => Promise<unknown>>> = {
  OpenVEX: () => suppresses(image('jar', [spring], [log4j]), 'testdata/openvex.json', log4j),
  'OpenVEX, multiple statements': async () => {
    const source = 'testdata/openvex-multiple.json';
    const other = found('CVE-2021-0001', spring);
    expect(await filtered(image('jar', [spring], [log4j, other]), [source])).toEqual({
      kept: ['CVE-2021-0001'],
      suppressed: [['CVE-2021-44228', statement, source]],
    });
  },
  'OpenVEX, subcomponents, oci image': () =>
    suppresses(image('debian', [bash], [shell]), 'testdata/openvex-oci.json', shell),
  'OpenVEX, subcomponents, mismatched oci image': () =>
    keeps(image('debian', [bash], [shell]), 'testdata/openvex-oci-mismatch.json'),
  'VEX attestation from OCI registry': async () => {
    const purl = `pkg:oci/debian@sha256:${'4'.repeat(64)}?arch=amd64&repository_url=index.docker.io%2Flibrary%2Fdebian`;
    expect(await filtered(image('debian', [bash], [shell]), ['oci'])).toEqual({
      kept: [],
      suppressed: [['CVE-2022-3715', statement, `VEX attestation in OCI registry (${purl})`]],
    });
  },
  'OpenVEX, single path between product and subcomponent': () =>
    suppresses(
      report('filesystem', [result('gomod', singlePath, [nested])]),
      'testdata/openvex-nested.json',
      nested,
    ),
  'OpenVEX, multi paths between product and subcomponent': () =>
    keeps(report('filesystem', [result('gomod', multiPath, [nested])]), 'testdata/openvex-nested.json'),
  'CycloneDX SBOM with CycloneDX VEX': async () => {
    expect(await filtered(cycloneDx, ['testdata/cyclonedx.json'])).toEqual({
      kept: [],
      suppressed: [['CVE-2021-44228', 'code_not_reachable', 'CycloneDX VEX']],
    });
  },
  'CycloneDX VEX wrong URN': () =>
    keeps(
      { ...cycloneDx, bom: { ...cycloneDx.bom!, serialNumber: 'urn:uuid:wrong' } },
      'testdata/cyclonedx.json',
    ),
  'CSAF, not affected': () => suppresses(image('gomod', singlePath, [nested]), 'testdata/csaf.json', nested),
  'CSAF with relationships, not affected': () =>
    suppresses(image('gomod', singlePath, [nested]), 'testdata/csaf-relationships.json', nested),
  'CSAF with relationships, affected': () =>
    keeps(image('gomod', multiPath, [nested]), 'testdata/csaf-relationships.json'),
  'VEX Repository': async () => {
    expect(await filtered(image('debian', [bash], [shell]), ['repo'], ports('single-repo', config))).toEqual({
      kept: [],
      suppressed: [['CVE-2022-3715', statement, 'VEX Repository: default (https://example.com/vex/default)']],
    });
  },
  'infinity loop for OS packages': () =>
    keeps(image('debian', looping, [shell]), 'testdata/openvex-oci.json'),
  'check one parent from multiple dependency paths': () =>
    suppresses(image('debian', twoParents, [shell]), 'testdata/openvex-oci.json', shell),
  'unknown format': () => fails(image('jar', [spring], [log4j]), 'testdata/unknown.json'),
};

async function suppresses(input: Report, source: string, { vulnerabilityId }: Vulnerability): Promise<void> {
  expect(await filtered(input, [source])).toEqual({
    kept: [],
    suppressed: [[vulnerabilityId, statement, source]],
  });
}

async function keeps(input: Report, source: string): Promise<void> {
  const { kept, suppressed } = await filtered(input, [source]);
  expect(suppressed).toEqual([]);
  expect(kept).not.toEqual([]);
}

async function fails(input: Report, source: string): Promise<void> {
  await expect(openVexSources([source], input, ports())).rejects.toThrow(AppError);
}

function rows(name: string): Row[] {
  return trivyRows<Row>('applier-filter-vex', 'trivy/pkg/vex', name);
}

describe.skipIf(!trivyCasesArePresent)('../shared/conformance/trivy: VEX', () => {
  test.each(rows('TestFilter').map(({ name }) => name))('%s', async (name) => {
    await cases[name]!();
  });

  test.each(rows('TestRepositorySet_NotAffected').map((row) => [row.name, row] as const))(
    'repositories: %s',
    async (_, row) => {
      const cache = (row.cacheDir ?? '').replace('testdata/', '');
      const one = found(row.vuln?.VulnerabilityID ?? '', bash);
      const { suppressed } = await filtered(
        image('debian', [bash], [one]),
        ['repo'],
        ports(cache, row.configContent ?? ''),
      );
      expect(suppressed.length > 0).toBe(row.wantNotAffected);
    },
  );

  test.each(rows('TestNewOCI').map(({ name }) => name))('attestation: %s', async (name) => {
    const type = name === 'not a container image' ? 'filesystem' : 'container_image';
    const input = { ...report(type, []), metadata: {} };
    await expect(openVexSources(['oci'], input, ports())).rejects.toThrow(
      /can be used only when scanning OCI/,
    );
  });

  test.each([
    ['external vex retrieval', '/openvex', null],
    ['incompatible external vex', '/unknown', /unable to load VEX from external reference/],
    ['vex not found', '/not-found', /unexpected status code 404/],
    ['no external reference', null, null],
  ])('references of an SBOM: %s', async (_, path, problem) => {
    const externalReferences =
      path === null ? [] : [{ type: 'exploitability-statement', url: `http://127.0.0.1${path}` }];
    const input = { ...cycloneDx, bom: { ...cycloneDx.bom!, externalReferences } };
    const opened = openVexSources(['sbom-ref'], input, ports());
    if (problem === null) {
      expect(await opened).toHaveLength(path === null ? 0 : 1);
    } else {
      await expect(opened).rejects.toThrow(problem);
    }
  });
});

test('every row of TestFilter is known here', () => {
  expect(rows('TestFilter').filter(({ name }) => cases[name] === undefined)).toEqual([]);
});
