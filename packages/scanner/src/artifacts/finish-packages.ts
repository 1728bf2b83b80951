import { collectedTypes } from '../lib/collected-types.ts';
import { present } from '../lib/json.ts';
import type {
  Application,
  LicenseFile,
  OsInfo,
  Package,
  PackageIdentifier,
  Relationship,
} from '../model/index.ts';
import { packageUrlOf, parsePackageUrl, printPackageUrl } from '../purl/index.ts';
import { compare } from './analysis-builder.ts';
import type { ArtifactContent } from './apply-layers.ts';
import type { LayerLookup } from './layer-lookup.ts';
import { packageUid } from './package-uid.ts';

/** Gives packages of the operating system their layer, names outside and licences; each is there once. */
export function finishOsPackages(
  packages: readonly Package[],
  os: OsInfo | undefined,
  licenses: readonly LicenseFile[],
  lookup: LayerLookup,
): Package[] {
  const licensesByName = new Map(
    licenses
      .filter(({ type }) => type === 'dpkg')
      .map(({ pkgName = '', findings }) => [pkgName, findings.map(({ name }) => name)]),
  );
  const finished = packages
    .filter((pkg) => belongsTo(pkg, os))
    .map((pkg): Package => {
      const origin = pkg.layer === undefined ? lookup.package(pkg) : undefined;
      const purl = os === undefined ? undefined : printedUrl(os.family, pkg, os);
      return {
        ...pkg,
        ...origin,
        ...present({ licenses: licensesByName.get(pkg.name), buildInfo: pkg.buildInfo ?? origin?.buildInfo }),
        identifier: identifier('', pkg, purl),
      };
    });
  return unique(finished).sort(byName);
}

/** The content with another operating system in place of the one that was found, which package URLs then name. */
export function withOperatingSystem(content: ArtifactContent, os: OsInfo): ArtifactContent {
  const packages = content.packages.map((pkg): Package => {
    const purl = pkg.name === '' ? undefined : printedUrl(os.family, pkg, os);
    return { ...pkg, identifier: { ...pkg.identifier, ...present({ purl }) } };
  });
  return present({ ...content, repository: undefined, os, packages });
}

/**
 * The content with an operating system where no file names one: that of the repository which packages are installed
 * from, or else `none`, so that packages of systems that nobody knows are reported too. Package URLs do not name it.
 */
export function withAssumedSystem(content: ArtifactContent): ArtifactContent {
  const { os, repository, packages } = content;
  if (os !== undefined && os.family !== '') {
    return content;
  }
  if (repository !== undefined) {
    return { ...content, os: { ...os, family: repository.family, name: repository.release } };
  }
  return packages.length === 0 ? content : { ...content, os: { ...os, family: 'none', name: '' } };
}

/** Gives packages of languages their layer and names outside, and collects what belongs together. */
export function finishApplications(applications: readonly Application[], lookup: LayerLookup): Application[] {
  const collected = new Map<string, Package[]>();
  const finished: Application[] = [];
  for (const { type, filePath, packages } of applications) {
    const done = packages.map((pkg): Package => {
      const layer = pkg.layer ?? lookup.library(filePath, type, pkg);
      const purl = pkg.identifier?.purl ?? printedUrl(type, pkg);
      return { ...pkg, ...present({ layer }), identifier: identifier(filePath, pkg, purl) };
    });
    if (collectedTypes.has(type)) {
      collected.set(type, [...(collected.get(type) ?? []), ...done]);
    } else {
      finished.push({ type, filePath, packages: done.sort(byName) });
    }
  }
  for (const [type, packages] of collected) {
    finished.push({ type, filePath: '', packages: packages.sort(byName) });
  }
  return finished.sort((a, b) => compare(a.filePath, b.filePath) || compare(a.type, b.type));
}

function identifier(filePath: string, pkg: Package, purl: string | undefined): PackageIdentifier {
  return {
    ...pkg.identifier,
    ...present({ purl }),
    uid: pkg.identifier?.uid ?? packageUid(filePath, pkg),
  };
}

function printedUrl(type: string, pkg: Package, os?: OsInfo): string | undefined {
  const url = packageUrlOf(type, pkg, os);
  return url === null ? undefined : printPackageUrl(url);
}

/** An SBOM within the artifact may list packages of another distribution. */
function belongsTo({ identifier, analyzedBy }: Package, os: OsInfo | undefined): boolean {
  if (analyzedBy !== 'sbom' || identifier?.purl === undefined || os === undefined) {
    return true;
  }
  const namespace = parsePackageUrl(identifier.purl).namespace;
  return namespace === undefined || namespace === os.family;
}

/** What package databases say goes before what SBOMs say. */
function unique(packages: readonly Package[]): Package[] {
  const seen = new Map<string, Package>();
  const ordered = [
    ...packages.filter(({ analyzedBy }) => analyzedBy !== 'sbom'),
    ...packages.filter(({ analyzedBy }) => analyzedBy === 'sbom'),
  ];
  for (const pkg of ordered) {
    const key = `${pkg.id ?? `${pkg.name}@${pkg.version ?? ''}-${pkg.release ?? ''}`}\0${pkg.filePath ?? ''}`;
    if (!seen.has(key)) {
      seen.set(key, pkg);
    }
  }
  return [...seen.values()];
}

const ranks: Readonly<Record<Relationship, number>> = {
  root: 0,
  workspace: 1,
  direct: 2,
  indirect: 3,
  unknown: 4,
};

function byName(a: Package, b: Package): number {
  return (
    ranks[a.relationship ?? 'unknown'] - ranks[b.relationship ?? 'unknown'] ||
    compare(a.name, b.name) ||
    compare(a.version ?? '', b.version ?? '') ||
    compare(a.filePath ?? '', b.filePath ?? '')
  );
}
