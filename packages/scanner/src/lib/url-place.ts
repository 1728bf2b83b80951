import { ecosystems } from '../ecosystems/registry.gen.ts';
import { packageOfUrl, parsePackageUrl } from '../purl/index.ts';

/** Where advisories on the package of a package URL are kept. */
export interface UrlPlace {
  /** Bucket of a distribution, or the prefix of a language such as `pip::`. */
  readonly bucket: string;
  readonly isDistribution: boolean;
  readonly name: string;
  /** Absent when the URL names no version. */
  readonly version?: string;
}

/** Distributions whose bucket is their name and the release, cut to so many numbers. */
const releases: Readonly<Record<string, { readonly bucket: string; readonly numbers: number }>> = {
  debian: { bucket: 'debian', numbers: 1 },
  ubuntu: { bucket: 'ubuntu', numbers: 2 },
  alpine: { bucket: 'alpine', numbers: 2 },
  rocky: { bucket: 'rocky', numbers: 1 },
  alma: { bucket: 'alma', numbers: 1 },
  almalinux: { bucket: 'alma', numbers: 1 },
  photon: { bucket: 'Photon OS', numbers: 2 },
  oracle: { bucket: 'Oracle Linux', numbers: 1 },
  azurelinux: { bucket: 'Azure Linux', numbers: 2 },
};
const rolling: ReadonlySet<string> = new Set(['wolfi', 'chainguard', 'minimos', 'echo']);

/** null for packages that are not matched. Throws AppError 'artifact.parse' for what is no package URL. */
export function placeOfUrl(text: string): UrlPlace | null {
  const url = parsePackageUrl(text);
  const { namespace = '', version, qualifiers = {} } = url;
  const ecosystem = ecosystems.find(({ id }) => id === url.type);
  const versioned = version === undefined ? {} : { version };
  if (ecosystem !== undefined) {
    const name = ecosystem.normalizeName(packageOfUrl(url).name);
    return { bucket: `${ecosystem.bucket}::`, isDistribution: false, name, ...versioned };
  }
  if (rolling.has(namespace)) {
    return { bucket: namespace, isDistribution: true, name: url.name, ...versioned };
  }
  const release = Object.hasOwn(releases, namespace) ? releases[namespace] : undefined;
  const numbers = /(\d+(?:\.\d+)*)$/.exec(qualifiers['distro'] ?? '')?.[1];
  if (release === undefined || numbers === undefined) {
    return null;
  }
  const bucket = `${release.bucket} ${numbers.split('.').slice(0, release.numbers).join('.')}`;
  return { bucket, isDistribution: true, name: url.name, ...versioned };
}
