import { expect, test } from 'vitest';
import { applyLayers, type ArtifactContent } from '../packages/scanner/src/artifacts/apply-layers.ts';
import type { Analysis, Application, Package } from '../packages/scanner/src/index.ts';
import { packageUrl, printPackageUrl } from '../packages/scanner/src/purl/index.ts';
import { trivyCasesArePresent } from './lib/trivy-cases.ts';
import { comparable, contributionOf } from './lib/trivy-model.ts';
import { resolvedRows, type Row } from './lib/trivy-rows.ts';

const folder = 'trivy/pkg/fanal/applier';
const rows = resolvedRows('applier-filter-vex', folder, 'docker_test.go::TestApplyLayers');

test.skipIf(!trivyCasesArePresent)('there are rows (needs ../shared)', () => {
  expect(rows.length).toBeGreaterThan(10);
});

test.each(rows.map((row) => [row['name'], row] as const))('applyLayers: %s', (_name, row) => {
  const layers = (row['inputLayers'] as Row[]).map(analysisOf);
  expect(comparable(plain(applyLayers(layers)))).toEqual(comparable(plain(contentOf(row['want']))));
});

/** A layer of the table. Files that OS packages list are told by the analyzers here, not by the merge. */
function analysisOf(layer: Row): Analysis {
  const { packageLists = [], applications = [], licenses = [], ...rest } = contributionOf(layer) ?? {};
  return {
    ...placeOf(layer),
    opaqueDirs: (layer['OpaqueDirs'] ?? []) as string[],
    whiteoutFiles: (layer['WhiteoutFiles'] ?? []) as string[],
    systemFiles: [],
    secrets: secretsOf(layer['Secrets']),
    digests: {},
    customResources: resourcesOf(layer['CustomResources']),
    ...rest,
    packageLists: packageLists.map((list, i) => ({
      filePath: list.filePath,
      packages: withNames(list.packages, goList(layer['PackageInfos'])[i]?.['Packages']),
    })),
    applications: named(applications, layer['Applications']),
    licenses,
  };
}

function contentOf(want: unknown): Partial<ArtifactContent> {
  const detail = (Array.isArray(want) ? {} : want) as Row;
  const { os, applications = [] } = contributionOf(detail) ?? {};
  const { packageLists: [list] = [] } =
    contributionOf({ PackageInfos: [{ Packages: detail['Packages'] ?? [] }] }) ?? {};
  return {
    ...(os === undefined ? {} : { os }),
    packages: withNames(list?.packages ?? [], detail['Packages']),
    applications: named(applications, detail['Applications']),
    secrets: secretsOf(detail['Secrets']),
    customResources: resourcesOf(detail['CustomResources']),
  };
}

function named(applications: readonly Application[], given: unknown): Application[] {
  return applications.map((application, i) => ({
    ...application,
    packages: withNames(application.packages, goList(given)[i]?.['Packages']),
  }));
}

/** What the shared conversion leaves out, because analyzers do not fill it. */
function withNames(packages: readonly Package[], given: unknown): Package[] {
  return packages.map((pkg, i) => {
    const { Identifier: identifier, Layer: layer, BuildInfo: buildInfo } = goList(given)[i] ?? {};
    const { UID: uid, PURL: purl } = (identifier ?? {}) as Row;
    const place = layer === undefined ? {} : { layer: placeOf(layer as Row) };
    return {
      ...pkg,
      ...place,
      ...(buildInfo === undefined ? {} : { buildInfo: lowered(buildInfo as Row) }),
      ...(identifier === undefined
        ? {}
        : {
            identifier: {
              ...(uid === undefined ? {} : { uid: uid as string }),
              ...purlOf(purl as Row | undefined),
            },
          }),
    };
  });
}

const purlTypes: Readonly<Record<string, string>> = { Debian: 'deb', PyPi: 'pypi' };

function purlOf(purl: Row | undefined): { purl?: string } {
  if (purl === undefined) {
    return {};
  }
  const name = (purl['Type'] as string).replace('packageurl.Type', '');
  const qualifiers = goList(purl['Qualifiers']).map(({ Key: key, Value: value }) => [key, value] as const);
  const url = packageUrl({
    type: purlTypes[name] ?? name.toLowerCase(),
    namespace: purl['Namespace'] as string | undefined,
    name: purl['Name'] as string,
    version: purl['Version'] as string | undefined,
    qualifiers: Object.fromEntries(qualifiers) as Record<string, string>,
  });
  return { purl: printPackageUrl(url) };
}

function placeOf({ Digest: digest, DiffID: diffId, CreatedBy: createdBy }: Row): Row {
  return JSON.parse(JSON.stringify({ digest, diffId, createdBy })) as Row;
}

function secretsOf(value: unknown): Analysis['secrets'] {
  return goList(value).map(({ FilePath: filePath, Findings: findings }) => ({
    filePath,
    findings: goList(findings).map(({ Layer: layer, RuleID: ruleId, ...finding }) => ({
      ruleId,
      ...lowered(finding),
      ...(layer === undefined ? {} : { layer: placeOf(layer as Row) }),
    })),
  })) as unknown as Analysis['secrets'];
}

function resourcesOf(value: unknown): Analysis['customResources'] {
  return goList(value).map(({ Layer: layer, ...resource }) => ({
    ...lowered(resource),
    ...(layer === undefined ? {} : { layer: placeOf(layer as Row) }),
  })) as unknown as Analysis['customResources'];
}

function lowered(value: Row): Row {
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key.charAt(0).toLowerCase() + key.slice(1), item]),
  );
}

function goList(value: unknown): Row[] {
  return (value ?? []) as Row[];
}

/** What the tables tell. */
function plain({ os, packages, applications, secrets, customResources }: Partial<ArtifactContent>): unknown {
  return { os, packages, applications, secrets, customResources };
}
