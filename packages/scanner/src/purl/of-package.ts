import { AppError } from '@lanner/core';
import { parseReference } from '@lanner/runtimes';
import { installedVersion } from '../lib/os-packages.ts';
import type { OsInfo, Package } from '../model/index.ts';
import { packageUrl, type PackageUrl } from './package-url.ts';
import { purlTypeOf } from './purl-types.ts';

/** Namespaces of distributions whose families have other names. */
const rpmNamespaces: Readonly<Record<string, string>> = {
  sles: 'suse',
  slem: 'suse',
  'opensuse-leap': 'opensuse',
  'opensuse-tumbleweed': 'opensuse',
};

interface Parts {
  readonly namespace?: string;
  readonly name: string;
  readonly qualifiers?: Readonly<Record<string, string | undefined>>;
  readonly subpath?: string;
}

/**
 * The package URL of a package of an application (`npm`, `jar` …) or an operating system (`debian` …), in the form that
 * Trivy gives it. null when nothing outside could be meant, as for a Go module in a folder.
 */
export function packageUrlOf(application: string, pkg: Package, os?: OsInfo): PackageUrl | null {
  const type = purlTypeOf(application);
  const parts = partsOf(type, pkg, os);
  if (parts === null) {
    return null;
  }
  const { epoch, arch } = pkg;
  return packageUrl({
    type,
    ...parts,
    version: installedVersion({ ...pkg, epoch: 0 }),
    qualifiers: {
      arch,
      epoch: epoch === undefined || epoch === 0 ? undefined : String(epoch),
      ...parts.qualifiers,
    },
  });
}

/**
 * The package URL of an image, by the first of its digests; null for one that is in no registry. Throws AppError
 * 'artifact.reference' for what is no digest of an image.
 */
export function imagePackageUrl(
  repoDigests: readonly string[],
  architecture: string | undefined,
): PackageUrl | null {
  const [first] = repoDigests;
  if (first === undefined) {
    return null;
  }
  const { registry, repository, digest } = parseReference(first.replace(/:[^:/@]+@/, '@'));
  if (digest === null) {
    throw new AppError('artifact.reference', `'${first}' has no digest`);
  }
  return packageUrl({
    type: 'oci',
    name: repository.slice(repository.lastIndexOf('/') + 1),
    version: digest,
    qualifiers: {
      repository_url: `${registry === 'docker.io' ? 'index.docker.io' : registry}/${repository}`,
      arch: architecture,
    },
  });
}

function partsOf(type: string, pkg: Package, os: OsInfo | undefined): Parts | null {
  const { name } = pkg;
  switch (type) {
    case 'rpm':
    case 'deb':
    case 'apk':
    case 'bottlerocket':
      return osParts(type, pkg, os);
    case 'maven':
      return lastSegment(name.replaceAll(':', '/'));
    case 'pypi':
      return { name: name.toLowerCase().replaceAll('_', '-') };
    case 'golang':
      return /^\.\.?\//.test(name) ? null : lastSegment(name.toLowerCase());
    case 'npm':
      return lastSegment(name.toLowerCase());
    case 'composer':
    case 'swift':
      return lastSegment(name);
    case 'julia': {
      const parts = lastSegment(name);
      // Packages of Julia have their UUID as id.
      return parts === null ? null : { ...parts, qualifiers: { uuid: pkg.id } };
    }
    case 'cocoapods': {
      const slash = name.indexOf('/');
      return slash < 0 ? { name } : { name: name.slice(0, slash), subpath: name.slice(slash + 1) };
    }
    default:
      return { name };
  }
}

function osParts(type: string, { name, modularityLabel }: Package, os: OsInfo | undefined): Parts {
  if (os === undefined) {
    return { name: type === 'apk' ? name.toLowerCase() : name };
  }
  const { family, name: release = '' } = os;
  switch (type) {
    case 'rpm':
      return {
        namespace: rpmNamespaces[family] ?? family,
        name,
        qualifiers: { distro: `${family}-${release}`, modularitylabel: modularityLabel },
      };
    case 'deb':
      return { namespace: family, name, qualifiers: { distro: `${family}-${release}` } };
    case 'apk':
      return { namespace: family.toLowerCase(), name: name.toLowerCase(), qualifiers: { distro: release } };
    default:
      return { name, qualifiers: { distro: `${family}-${release}` } };
  }
}

function lastSegment(path: string): Parts | null {
  const slash = path.lastIndexOf('/');
  const name = path.slice(slash + 1);
  return name === '' ? null : slash < 0 ? { name } : { namespace: path.slice(0, slash), name };
}
