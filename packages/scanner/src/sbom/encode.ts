import { AppError } from '@lanner/core';
import { collectedTypes } from '../lib/collected-types.ts';
import { isObject, present } from '../lib/json.ts';
import { installedVersion, sourceVersion } from '../lib/os-packages.ts';
import type { Bom, BomComponent, ComponentType, OsInfo, Package, Report, Result } from '../model/index.ts';
import { imagePackageUrl, parsePackageUrl, printPackageUrl } from '../purl/index.ts';
import { BomBuilder, type NewComponent, withReferences } from './bom-builder.ts';
import { properties, propertyNames as names } from './properties.ts';

/** Types whose names are split into group and name. */
const grouped: ReadonlySet<string> = new Set([
  ...['jar', 'pom', 'gradle', 'sbt', 'npm', 'yarn', 'pnpm', 'bun', 'node-pkg', 'javascript'],
]);

/** A report as a graph, and which component each of its packages became. */
export interface EncodedReport {
  readonly bom: Bom;
  /** By result, then by package, in their order: the id of the component. */
  readonly ids: readonly (readonly string[])[];
}

/** The bill of materials of a report. `uuid` draws the ids of its components. */
export function encodeReport(report: Report, uuid: () => string): EncodedReport {
  if (report.bom !== undefined) {
    return scannedBom(report, report.bom);
  }
  const builder = new BomBuilder(uuid);
  const rootId = builder.add(rootComponent(report), { isRoot: true });
  const ids = report.results.map((result) => {
    if (result.packages === undefined || !isListed(result)) {
      return [];
    }
    const parent = collectedTypes.has(result.type ?? '')
      ? rootId
      : addOwner(builder, rootId, result, report.metadata.os);
    return addPackages(builder, parent, result);
  });
  builder.declareAll();
  return { bom: withReferences(builder.build()), ids };
}

/** A bill that was scanned stays as it is, with whatever it holds besides packages. */
function scannedBom({ results }: Report, scanned: Bom): EncodedReport {
  const bom = withReferences(rootDeclared(scanned));
  const byName = new Map<string, string>();
  for (const { id, identifier, properties: facts } of bom.components.values()) {
    const pkgId = facts.find(({ name }) => name === names.pkgId)?.value;
    for (const name of [
      identifier.bomRef,
      pkgId === undefined ? undefined : `id ${pkgId}`,
      identifier.purl,
    ]) {
      if (name !== undefined && !byName.has(name)) {
        byName.set(name, id);
      }
    }
  }
  const ids = results.map(({ packages = [] }) =>
    packages.map(({ id, identifier = {} }) => {
      const found = [identifier.bomRef, `id ${id ?? ''}`, identifier.purl].find(
        (name) => name !== undefined && byName.has(name),
      );
      return byName.get(found ?? '') ?? '';
    }),
  );
  return { bom, ids };
}

/** The root is always part of the graph. */
function rootDeclared(bom: Bom): Bom {
  const { rootId, relationships } = bom;
  return rootId === undefined || relationships.has(rootId)
    ? bom
    : { ...bom, relationships: new Map([...relationships, [rootId, []]]) };
}

function isListed({ class: kind }: Result): boolean {
  return kind === 'os-pkgs' || kind === 'lang-pkgs';
}

function rootComponent(report: Report): NewComponent {
  const { metadata, artifactType } = report;
  const types: Readonly<Record<Report['artifactType'], ComponentType>> = {
    container_image: 'container_image',
    vm: 'vm',
    filesystem: 'filesystem',
    repository: 'repository',
    cyclonedx: 'filesystem',
    spdx: 'filesystem',
  };
  const config = imageConfig(metadata.imageConfig);
  const purl =
    artifactType === 'container_image' ? imagePurl(metadata.repoDigests ?? [], config.architecture) : null;
  return {
    type: types[artifactType],
    name: report.artifactName,
    identifier: purl === null ? {} : { purl },
    properties: properties([
      [names.schemaVersion, 2],
      [names.imageId, metadata.imageId],
      [names.size, metadata.size === 0 ? undefined : metadata.size],
      ...many(names.repoDigest, metadata.repoDigests),
      ...many(names.diffId, metadata.diffIds),
      ...many(names.repoTag, metadata.repoTags),
      [names.reference, metadata.reference],
      ...Object.entries(config.labels).map(([key, value]) => [`${names.labels}${key}`, value] as const),
    ]),
  };
}

function many(name: string, values: readonly string[] = []): (readonly [string, string])[] {
  return values.map((value) => [name, value] as const);
}

function imagePurl(repoDigests: readonly string[], architecture: string | undefined): string | null {
  const url = imagePackageUrl(repoDigests, architecture);
  return url === null ? null : printPackageUrl(url);
}

function imageConfig(config: unknown): { labels: Record<string, string>; architecture: string | undefined } {
  const inner = isObject(config) && isObject(config['config']) ? config['config'] : {};
  const labels = isObject(inner['Labels']) ? inner['Labels'] : {};
  const architecture = isObject(config) ? config['architecture'] : undefined;
  return {
    labels: Object.fromEntries(
      Object.entries(labels).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
    ),
    architecture: typeof architecture === 'string' ? architecture : undefined,
  };
}

/** The operating system or lock file that the packages belong to. */
function addOwner(builder: BomBuilder, rootId: string, result: Result, os: OsInfo | undefined): string {
  const isOs = result.class === 'os-pkgs';
  const id = builder.add({
    type: isOs ? 'operating_system' : 'application',
    ...(isOs && os !== undefined
      ? present({ name: os.family, version: os.name === '' ? undefined : os.name })
      : { name: result.target }),
    properties: properties([
      [names.type, result.type],
      [names.class, result.class],
    ]),
  });
  builder.relate(rootId, id, 'contains');
  return id;
}

function addPackages(builder: BomBuilder, parent: string, result: Result): string[] {
  const packages = result.packages ?? [];
  const ids = packages.map((pkg) => builder.add(packageComponent(result, pkg)));
  const idsByPackage = new Map(packages.map((pkg, i) => [packageId(pkg), ids[i] ?? ''] as const));
  const needed = new Set(packages.flatMap(({ dependsOn = [] }) => dependsOn));
  const hasRoot = packages.some(({ relationship }) => relationship === 'root');
  packages.forEach((pkg, i) => {
    const id = ids[i] ?? '';
    if (belongsToParent(pkg, needed, hasRoot)) {
      builder.relate(parent, id, 'contains');
    }
    for (const dependency of pkg.dependsOn ?? []) {
      const to = idsByPackage.get(dependency);
      if (to !== undefined) {
        builder.relate(id, to, 'depends_on');
      }
    }
  });
  return ids;
}

/** What nothing else explains is contained: what no package needs, and direct dependencies where there is no root. */
function belongsToParent(pkg: Package, needed: ReadonlySet<string>, hasRoot: boolean): boolean {
  const { relationship = 'unknown' } = pkg;
  switch (relationship) {
    case 'root':
      return true;
    case 'workspace':
    case 'direct':
      return !hasRoot || !needed.has(packageId(pkg));
    default:
      return !needed.has(packageId(pkg));
  }
}

function packageId({ id, name, version = '' }: Package): string {
  return id ?? `${name}@${version}`;
}

function packageComponent(result: Result, pkg: Package): NewComponent {
  const { identifier = {}, buildInfo, layer, srcEpoch = 0 } = pkg;
  const isOwned = result.class === 'lang-pkgs' && !collectedTypes.has(result.type ?? '');
  return {
    type: 'library',
    ...nameParts(result, pkg),
    ...present({
      supplier: pkg.maintainer,
      licenses: pkg.licenses,
      srcName: pkg.srcName,
      srcVersion: sourceVersion(pkg) === '' ? undefined : sourceVersion(pkg),
      srcFile: isOwned ? result.target : undefined,
    }),
    identifier,
    files: packageFiles(pkg),
    properties: properties([
      [names.pkgId, pkg.id],
      [names.pkgType, result.type],
      [names.filePath, pkg.filePath],
      [names.srcName, pkg.srcName],
      [names.srcVersion, pkg.srcVersion],
      [names.srcRelease, pkg.srcRelease],
      [names.srcEpoch, srcEpoch === 0 ? undefined : srcEpoch],
      [names.modularityLabel, pkg.modularityLabel],
      [names.layerDigest, layer?.digest],
      [names.layerDiffId, layer?.diffId],
      ...many(names.contentSet, buildInfo?.contentSets),
      [names.nvr, buildInfo?.nvr],
      [names.arch, buildInfo?.arch],
    ]),
  };
}

function packageFiles({ filePath, digest }: Package): BomComponent['files'] {
  if (filePath === undefined && digest === undefined) {
    return [];
  }
  return [{ ...present({ path: filePath }), digests: digest === undefined ? [] : [digest] }];
}

/** Name, group and version as the package URL has them, where there is one that can be read. */
function nameParts(
  result: Result,
  pkg: Package,
): { readonly name: string; readonly group?: string; readonly version?: string } {
  const purl = pkg.identifier?.purl;
  const url = purl === undefined ? null : readable(purl);
  if (url === null) {
    const version = installedVersion(pkg);
    return { name: pkg.name, ...(version === '' ? {} : { version }) };
  }
  const { epoch = '0' } = (url.qualifiers ?? {}) as { epoch?: string };
  const version = url.version !== undefined && epoch !== '0' ? `${epoch}:${url.version}` : url.version;
  return present(
    grouped.has(result.type ?? '')
      ? { name: url.name, group: url.namespace, version }
      : { name: pkg.name, version },
  );
}

function readable(purl: string): ReturnType<typeof parsePackageUrl> | null {
  try {
    return parsePackageUrl(purl);
  } catch (error) {
    if (error instanceof AppError) {
      return null;
    }
    throw error;
  }
}
