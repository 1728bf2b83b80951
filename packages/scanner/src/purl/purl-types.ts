import { ecosystems } from '../ecosystems/registry.gen.ts';

const osTypes: Readonly<Record<string, readonly string[]>> = {
  apk: ['alpine', 'chainguard', 'wolfi', 'minimos'],
  deb: ['debian', 'ubuntu', 'echo'],
  rpm: [
    ...['redhat', 'centos', 'rocky', 'alma', 'amazon', 'fedora', 'oracle', 'opensuse', 'opensuse-leap'],
    ...['opensuse-tumbleweed', 'sles', 'slem', 'photon', 'azurelinux', 'cbl-mariner', 'coreos'],
  ],
};

const typeByApplication = new Map([
  ...Object.entries(osTypes).flatMap(([type, families]) => families.map((family) => [family, type] as const)),
  // Those of Kubernetes and plain JavaScript are not written as package URLs of their ecosystem.
  ...ecosystems
    .filter(({ id }) => id !== 'k8s')
    .flatMap(({ id, applications }) => applications.map((application) => [application, id] as const)),
  ['javascript', 'javascript'] as const,
  ['conda-pkg', 'conda'] as const,
  ['conda-environment', 'conda'] as const,
]);

/** The type in package URLs of a type of application or a family of operating systems; itself when it has no other. */
export function purlTypeOf(application: string): string {
  return typeByApplication.get(application) ?? application;
}

/** Whether packages of an operating system have this type. */
export function isOsPurlType(type: string): boolean {
  return Object.hasOwn(osTypes, type);
}

/** What a package of a type is taken for that is only known by its package URL. */
const applicationByType: Readonly<Record<string, string>> = {
  composer: 'composer',
  maven: 'jar',
  gem: 'gemspec',
  conda: 'conda-pkg',
  pypi: 'python-pkg',
  golang: 'gobinary',
  npm: 'node-pkg',
  cargo: 'cargo',
  nuget: 'nuget',
  swift: 'swift',
  cocoapods: 'cocoapods',
  hex: 'hex',
  conan: 'conan',
  pub: 'pub',
  bitnami: 'bitnami',
};
const providers = ['eks', 'gke', 'aks', 'ocp'];

/** The type of application of a package URL; `unknown` for operating systems and types that are not known. */
export function applicationTypeOf({ type, namespace }: { type: string; namespace?: string }): string {
  if (type === 'k8s') {
    return namespace === undefined ? 'kubernetes' : (providers.find((id) => id === namespace) ?? 'unknown');
  }
  return Object.hasOwn(applicationByType, type) ? (applicationByType[type] ?? 'unknown') : 'unknown';
}
