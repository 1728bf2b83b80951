import { AppError } from '@lanner/core';
import { collectedTypes } from '../lib/collected-types.ts';
import { present } from '../lib/json.ts';
import type {
  Application,
  ArtifactType,
  Bom,
  BomComponent,
  Package,
  PackageList,
  ReportMetadata,
} from '../model/index.ts';
import {
  applicationTypeOf,
  dependencyId,
  isOsPurlType,
  type PackageUrl,
  packageOfUrl,
  parsePackageUrl,
} from '../purl/index.ts';
import { propertiesOf, propertyNames as names, propertyOf } from './properties.ts';
import { compareTexts } from '../lib/text-order.ts';

/** What a bill of materials says of its artifact, in the form in which artifacts are analysed. */
export interface SbomContent {
  readonly artifactType: Extract<ArtifactType, 'cyclonedx' | 'spdx'>;
  readonly metadata: ReportMetadata;
  readonly packageLists: readonly PackageList[];
  readonly applications: readonly Application[];
  readonly bom: Bom;
}

interface DecodedPackage {
  pkg: Package;
  readonly url: PackageUrl;
}

/** Finds the operating system, applications and packages in a graph. Throws AppError 'artifact.parse'. */
export function decodeBom(bom: Bom): Omit<SbomContent, 'artifactType'> {
  const packages = new Map<string, DecodedPackage>();
  const owners: { readonly id: string; readonly type: string; readonly filePath: string }[] = [];
  let system: BomComponent | undefined;
  for (const component of bom.components.values()) {
    const application = component.type === 'application' ? propertyOf(component, names.type) : undefined;
    if (component.type === 'operating_system') {
      system ??= component;
    } else if (application !== undefined) {
      const filePath = collectedTypes.has(application) ? '' : component.name;
      owners.push({ id: component.id, type: application, filePath });
    } else {
      const decoded = decodePackage(component);
      if (decoded !== null) {
        packages.set(component.id, decoded);
      }
    }
  }
  connect(bom, packages);
  const rest = new Map(packages);
  const ofSystem = system === undefined ? [] : take(bom, system.id, rest, ({ type }) => isOsPurlType(type));
  const applications = owners.map(({ id, type, filePath }) => ({
    type,
    filePath,
    packages: take(bom, id, rest, ({ type: urlType }) => !isOsPurlType(urlType)),
  }));
  return {
    metadata: decodeMetadata(bom, system),
    packageLists: systemPackages(ofSystem, rest),
    applications: [...applications, ...looseApplications(rest)]
      .filter((application) => application.packages.length > 0)
      .sort(byTypeAndPath),
    bom,
  };
}

function decodeMetadata(bom: Bom, system: BomComponent | undefined): ReportMetadata {
  const root = bom.rootId === undefined ? undefined : bom.components.get(bom.rootId);
  const all = (name: string): string[] | undefined => {
    const values = root === undefined ? [] : propertiesOf(root, name);
    return values.length === 0 ? undefined : values;
  };
  const size = Number(all(names.size)?.[0] ?? 0);
  return present({
    size: Number.isSafeInteger(size) && size > 0 ? size : undefined,
    os: system === undefined ? undefined : present({ family: system.name, name: system.version }),
    imageId: all(names.imageId)?.[0],
    // Trivy sorts what a component says by name and value.
    diffIds: all(names.diffId)?.toSorted(),
    repoTags: all(names.repoTag),
    repoDigests: all(names.repoDigest),
    reference: all(names.reference)?.[0],
  });
}

/** The package of a component; null for one that has no package URL of a known type. */
function decodePackage(component: BomComponent): DecodedPackage | null {
  const { purl, bomRef } = component.identifier;
  if (purl === undefined) {
    return null;
  }
  const url = parsePackageUrl(purl);
  const application = applicationTypeOf(url);
  if (application === 'unknown' && !isOsPurlType(url.type)) {
    return null;
  }
  const named = packageOfUrl(url);
  const name = packageName(component, url, named.name);
  const licenses = component.licenses ?? [];
  const pkg: Package = {
    ...named,
    ...(name === named.name ? {} : { id: dependencyId(application, name, url.version ?? '') }),
    name,
    ...factsOf(component),
    ...(licenses.length === 0 ? {} : { licenses }),
    identifier: { purl, ...present({ bomRef }) },
  };
  return { pkg: isOsPurlType(url.type) ? withSource(pkg, component, url) : pkg, url };
}

function packageName({ name, group }: BomComponent, url: PackageUrl, fromUrl: string): string {
  // Only the package URL has the part of a pod, and the name of a component of Bitnami that is not one for people.
  if (url.type === 'cocoapods' || url.type === 'bitnami' || name === '') {
    return fromUrl;
  }
  if (group === undefined) {
    return name;
  }
  return url.type === 'maven' || url.type === 'gradle' ? `${group}:${name}` : `${group}/${name}`;
}

/** What properties and files say of a package. */
function factsOf(component: BomComponent): Partial<Package> {
  const value = (name: string): string | undefined => propertyOf(component, name);
  const layer = present({ digest: value(names.layerDigest), diffId: value(names.layerDiffId) });
  const contentSets = propertiesOf(component, names.contentSet);
  const buildInfo = present({
    contentSets: contentSets.length === 0 ? undefined : contentSets,
    nvr: value(names.nvr),
    arch: value(names.arch),
  });
  return present({
    id: value(names.pkgId),
    filePath: value(names.filePath) ?? component.files.find(({ path }) => path !== undefined)?.path,
    digest: component.files.find(({ digests }) => digests.length > 0)?.digests[0],
    maintainer: component.supplier,
    srcName: value(names.srcName),
    srcVersion: value(names.srcVersion),
    srcRelease: value(names.srcRelease),
    srcEpoch: positive(value(names.srcEpoch)),
    modularityLabel: value(names.modularityLabel),
    layer: Object.keys(layer).length === 0 ? undefined : layer,
    buildInfo: Object.keys(buildInfo).length === 0 ? undefined : buildInfo,
  });
}

function positive(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,9}$/.test(text) && Number(text) > 0 ? Number(text) : undefined;
}

/** The source package, which is the package itself where nothing else is said. */
function withSource(pkg: Package, component: BomComponent, url: PackageUrl): Package {
  const { srcName, srcVersion, srcRelease, srcEpoch } = pkg;
  const stated = srcVersion === undefined ? splitVersion(component.srcVersion, url.type) : {};
  return {
    ...pkg,
    ...present({
      srcName: srcName ?? component.srcName ?? pkg.name,
      srcVersion: srcVersion ?? stated.version ?? pkg.version,
      srcRelease: srcRelease ?? (srcVersion === undefined ? (stated.release ?? pkg.release) : undefined),
      srcEpoch: srcEpoch ?? (srcVersion === undefined ? (stated.epoch ?? pkg.epoch) : undefined),
    }),
  };
}

function splitVersion(
  text: string | undefined,
  type: string,
): { readonly version?: string; readonly release?: string; readonly epoch?: number } {
  if (text === undefined) {
    return {};
  }
  const [, epoch, rest = ''] = /^(?:(\d{1,9}):)?(.*)$/s.exec(text) ?? [];
  const dash = type === 'apk' ? -1 : rest.lastIndexOf('-');
  return present({
    version: dash < 0 ? rest : rest.slice(0, dash),
    release: dash < 0 ? undefined : rest.slice(dash + 1),
    epoch: positive(epoch),
  });
}

/** Writes the ids of dependencies into packages. */
function connect(bom: Bom, packages: Map<string, DecodedPackage>): void {
  for (const [from, relationships] of bom.relationships) {
    const decoded = packages.get(from);
    const ids = relationships.flatMap(({ to }) => packages.get(to)?.pkg.id ?? []);
    if (decoded !== undefined && ids.length > 0) {
      decoded.pkg = { ...decoded.pkg, dependsOn: [...new Set(ids)].sort() };
    }
  }
}

/** Takes the packages out that can be reached from an owner through packages. */
function take(
  bom: Bom,
  ownerId: string,
  rest: Map<string, DecodedPackage>,
  isWanted: (url: PackageUrl) => boolean,
): Package[] {
  const found: Package[] = [];
  const open = [ownerId];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    for (const { to } of bom.relationships.get(id) ?? []) {
      const decoded = rest.get(to);
      if (decoded !== undefined && isWanted(decoded.url)) {
        rest.delete(to);
        found.push(decoded.pkg);
        open.push(to);
      }
    }
  }
  return found.sort(byName);
}

/** Packages of the system, and those of its kind that nothing contains. */
function systemPackages(ofSystem: readonly Package[], rest: Map<string, DecodedPackage>): PackageList[] {
  const loose = [...rest.values()].filter(({ url }) => isOsPurlType(url.type));
  const types = [...new Set(loose.map(({ url }) => url.type))];
  if (types.length > 1) {
    throw new AppError(
      'artifact.parse',
      `multiple types of OS packages in SBOM are not supported (${types.join(', ')})`,
    );
  }
  const packages = [...ofSystem, ...loose.map(({ pkg }) => pkg)].sort(byName);
  return packages.length === 0 ? [] : [{ filePath: '', packages }];
}

/** Packages of languages that no application contains, by the type that their package URL tells. */
function looseApplications(rest: ReadonlyMap<string, DecodedPackage>): Application[] {
  const byType = new Map<string, Package[]>();
  for (const { pkg, url } of rest.values()) {
    if (!isOsPurlType(url.type)) {
      const type = applicationTypeOf(url);
      const known = byType.get(type);
      if (known === undefined) {
        byType.set(type, [pkg]);
      } else {
        known.push(pkg);
      }
    }
  }
  return [...byType].map(([type, packages]) => ({ type, filePath: '', packages: packages.sort(byName) }));
}

function byName(a: Package, b: Package): number {
  return (
    compareTexts(a.name, b.name) ||
    compareTexts(a.version ?? '', b.version ?? '') ||
    compareTexts(a.filePath ?? '', b.filePath ?? '')
  );
}

function byTypeAndPath(a: Application, b: Application): number {
  return compareTexts(a.type, b.type) || compareTexts(a.filePath, b.filePath);
}
