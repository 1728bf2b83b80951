import { ecosystems } from '../../ecosystems/registry.gen.ts';
import type { Ecosystem } from '../../ecosystem.ts';

/** Where advisories on packages of a distribution are kept, by its name and release in OSV. */
const distributionBuckets: readonly (readonly [RegExp, (release: string) => string])[] = [
  [/^Debian:(\d+)$/, (release) => `debian ${release}`],
  [/^Alpine:v?(\d+\.\d+|edge)$/, (release) => `alpine ${release}`],
  [/^Ubuntu:(\d+\.\d+)(?::LTS)?$/, (release) => `ubuntu ${release}`],
  [/^Ubuntu:Pro:(\d+\.\d+)(?::LTS)?$/, (release) => `ubuntu ${release}-ESM`],
  [/^Rocky Linux:(\d+)$/, (release) => `rocky ${release}`],
  [/^AlmaLinux:(\d+)$/, (release) => `alma ${release}`],
  [/^Photon OS:(\d+\.\d+)$/, (release) => `Photon OS ${release}`],
  [/^openSUSE:Leap (\d+\.\d+)$/, (release) => `openSUSE Leap ${release}`],
  [/^openSUSE:(Tumbleweed)$/, () => 'openSUSE Tumbleweed'],
  // Modules such as Basesystem have the packages of the servers of their release.
  [/^SUSE:Linux Enterprise (?:Server|Module for .+) (\d+(?: SP\d+)?)$/, (release) => suse('', release)],
  [/^SUSE:Linux Enterprise Micro (\d+\.\d+)$/, (release) => suse(' Micro', release)],
  [/^Azure Linux:(\d+)$/, (release) => `Azure Linux ${release}.0`],
  [/^(Wolfi|Chainguard|MinimOS|Echo)$/, (name) => name.toLowerCase()],
];

function suse(product: string, release: string): string {
  return `SUSE Linux Enterprise${product} ${release.replace(' SP', '.')}`;
}

/** The place of a package of an OSV ecosystem. */
export type OsvPlace =
  | { readonly kind: 'distribution'; readonly bucket: string }
  /** A product of Red Hat. OSV leaves out whether it is an application (`a`) or an operating system (`o`). */
  | { readonly kind: 'redhat'; readonly cpes: readonly string[] }
  | { readonly kind: 'language'; readonly ecosystem: Ecosystem };

/** null for an ecosystem whose packages are not matched. */
export function osvPlace(ecosystem: string): OsvPlace | null {
  // `Maven:https://repo.example.org` names a repository too.
  const name = ecosystem.split(':', 1)[0] ?? '';
  const language = ecosystems.find(({ osv }) => osv === name);
  if (language !== undefined) {
    return { kind: 'language', ecosystem: language };
  }
  const product = /^Red Hat:(.+)$/.exec(ecosystem)?.[1];
  if (product !== undefined) {
    return { kind: 'redhat', cpes: ['a', 'o'].map((part) => `cpe:/${part}:redhat:${product}`) };
  }
  for (const [pattern, bucketOf] of distributionBuckets) {
    const release = pattern.exec(ecosystem)?.[1];
    if (release !== undefined) {
      return { kind: 'distribution', bucket: bucketOf(release) };
    }
  }
  return null;
}
