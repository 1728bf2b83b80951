import type {
  Analysis,
  BuildInfo,
  LayerReference,
  Package,
  PackageIdentifier,
  Relationship,
} from '../model/index.ts';
import { parsePackageUrl, type PackageUrl } from '../purl/index.ts';
import { notedFiles } from '../lib/noted-files.ts';
import { finish, type Hash, hashBytes, hashList, hashMap, hashStruct, hashText, printHash } from './fnv.ts';

/**
 * The identifier that Trivy computes for a package of a file (empty for packages of the operating system): a structural
 * FNV-1 hash, in hexadecimal digits without padding. It covers what analyzers say, so it is computed before package
 * URLs, layers and merged licences are put in.
 */
export function packageUid(filePath: string, pkg: Package): string {
  return printHash(
    hashMap([
      ['filePath', hashText(filePath)],
      ['pkg', hashPackage(pkg)],
    ]),
  );
}

/** The analysis with the identifier of every package, so that what is kept of a layer has them. */
export function withUids(analysis: Analysis): Analysis {
  return {
    ...analysis,
    packageLists: analysis.packageLists.map((list) => ({ ...list, packages: identified('', list.packages) })),
    applications: analysis.applications.map((one) => ({
      ...one,
      packages: identified(one.filePath, one.packages),
    })),
  };
}

function identified(filePath: string, packages: readonly Package[]): Package[] {
  return packages.map((pkg) => ({
    ...pkg,
    identifier: { ...pkg.identifier, uid: pkg.identifier?.uid ?? packageUid(filePath, pkg) },
  }));
}

/** The hash of the single byte that stands for true. */
const one = hashBytes([1]);

const relationships: Readonly<Record<Relationship, number>> = {
  unknown: 0,
  root: 1,
  workspace: 2,
  direct: 3,
  indirect: 4,
};

function hashPackage(pkg: Package): Hash {
  const { relationship = 'unknown', locations = [], layer, buildInfo } = pkg;
  return hashStruct('Package', [
    ['ID', text(pkg.id)],
    ['Name', text(pkg.name)],
    ['Identifier', pkg.identifier === undefined ? null : hashIdentifier(pkg.identifier)],
    ['Version', text(pkg.version)],
    ['Release', text(pkg.release)],
    ['Epoch', integer(pkg.epoch)],
    ['Arch', text(pkg.arch)],
    ['Dev', pkg.dev === true ? one : null],
    ['SrcName', text(pkg.srcName)],
    ['SrcVersion', text(pkg.srcVersion)],
    ['SrcRelease', text(pkg.srcRelease)],
    ['SrcEpoch', integer(pkg.srcEpoch)],
    ['Licenses', list(pkg.licenses, hashText)],
    ['Maintainer', text(pkg.maintainer)],
    ['Modularitylabel', text(pkg.modularityLabel)],
    ['BuildInfo', buildInfo === undefined ? null : hashBuildInfo(buildInfo)],
    [
      'Repository',
      pkg.repositoryClass === undefined
        ? null
        : hashStruct('PackageRepository', [['Class', text(pkg.repositoryClass)]]),
    ],
    ['Indirect', relationship === 'indirect' ? one : null],
    ['Relationship', integer(relationships[relationship])],
    ['DependsOn', list(pkg.dependsOn, hashText)],
    ['Layer', layer === undefined ? null : hashLayer(layer)],
    ['FilePath', text(pkg.filePath)],
    ['Digest', text(pkg.digest)],
    ['Locations', list(locations, hashLocation)],
    ['InstalledFiles', list(notedFiles(pkg), hashText)],
    ['AnalyzedBy', text(pkg.analyzedBy)],
  ]);
}

/** Only packages of SBOMs have one when this is computed. */
function hashIdentifier({ purl, bomRef }: PackageIdentifier): Hash {
  return hashStruct('PkgIdentifier', [
    ['PURL', purl === undefined ? null : hashPackageUrl(parsePackageUrl(purl))],
    ['BOMRef', text(bomRef)],
  ]);
}

function hashPackageUrl({ type, namespace, name, version, qualifiers = {}, subpath }: PackageUrl): Hash {
  return hashStruct('PackageURL', [
    ['Type', text(type)],
    ['Namespace', text(namespace)],
    ['Name', text(name)],
    ['Version', text(version)],
    ['Qualifiers', list(Object.entries(qualifiers), hashQualifier)],
    ['Subpath', text(subpath)],
  ]);
}

function hashQualifier([key, value]: readonly [string, string]): Hash {
  return hashStruct('Qualifier', [
    ['Key', text(key)],
    ['Value', text(value)],
  ]);
}

function hashLayer({ digest, diffId, createdBy }: LayerReference): Hash {
  return hashStruct('Layer', [
    ['Digest', text(digest)],
    ['DiffID', text(diffId)],
    ['CreatedBy', text(createdBy)],
  ]);
}

function hashBuildInfo({ contentSets, nvr, arch }: BuildInfo): Hash {
  return hashStruct('BuildInfo', [
    ['ContentSets', list(contentSets, hashText)],
    ['Nvr', text(nvr)],
    ['Arch', text(arch)],
  ]);
}

function hashLocation({ startLine, endLine }: { startLine: number; endLine: number }): Hash {
  return hashStruct('Location', [
    ['StartLine', integer(startLine)],
    ['EndLine', integer(endLine)],
  ]);
}

/** Members that have their zero value are null and do not count; every other one is mixed in for itself. */
function list<T>(items: readonly T[] | undefined, hash: (item: T) => Hash): Hash | null {
  return hashList(items ?? [], hash);
}

function text(value: string | undefined): Hash | null {
  return value === undefined || value === '' ? null : hashText(value);
}

function integer(value: number | undefined): Hash | null {
  if (value === undefined || value === 0) {
    return null;
  }
  const low = value >>> 0;
  return finish({ high: Math.floor(value / 2 ** 32) >>> 0, low });
}
