import { known } from '../../lib/known.ts';
import { sourceRpm } from '../../lib/os-version.ts';
import { PathBudget } from '../../lib/path-budget.ts';
import { trimOf } from '../../lib/trim.ts';
import type { Package } from '../../model/index.ts';
import { type RpmHeader, tags } from './header.ts';

/** How the vendors of distributions start. */
const osVendors = [
  'AlmaLinux',
  'Amazon Linux',
  'Amazon.com',
  'CentOS',
  'CloudLinux',
  'Fedora Project',
  'Microsoft Corporation',
  'Oracle America',
  'Red Hat',
  'Rocky',
  'SUSE',
  'VMware',
  'openSUSE',
];

/** Longer ones are none: each is repeated where the package is needed. */
const maxId = 2000;

/** The packages of a database, with their files, dependencies as ids of other packages. */
export function rpmPackages(headers: Iterable<RpmHeader>): Package[] {
  const packages: Package[] = [];
  const requirements: string[][] = [];
  const providers = new Map<string, string>();
  for (const header of headers) {
    const found = installedPackage(header);
    if (found.id.length > maxId) {
      continue;
    }
    packages.push(found);
    requirements.push(header.texts(tags.requireName));
    for (const name of header.texts(tags.provideName)) {
      providers.set(name, found.id);
    }
  }
  return packages.map((one, i) => {
    const ids = (requirements[i] ?? []).flatMap((name) => providers.get(name) ?? []);
    return known<Package>({ ...one, dependsOn: [...new Set(ids)].filter((id) => id !== one.id).sort() });
  });
}

function installedPackage(header: RpmHeader): Package & { id: string } {
  const fields = rpmPackage(header);
  const { name, version = '', release = '', maintainer = '' } = fields;
  const md5 = header.binary(tags.sigMd5);
  return known<Package & { id: string }>({
    id: `${name}@${version}-${release}.${header.text(tags.arch)}`,
    ...fields,
    repositoryClass: isOfficial(maintainer, release) ? 'official' : 'third-party',
    digest: md5 === null ? undefined : `md5:${md5.toString('hex')}`,
    installedFiles: installedFiles(header),
  });
}

/** What a package file and an installed package say alike. */
export function rpmPackage(header: RpmHeader): Package {
  const [number = 0] = header.numbers(tags.epoch);
  const epoch = number === 0 ? undefined : number;
  const from = sourceRpm(header.text(tags.sourceRpm));
  return known<Package>({
    name: header.text(tags.name),
    version: header.text(tags.version),
    release: header.text(tags.release),
    epoch,
    arch: header.text(tags.arch) || 'None',
    srcName: from?.name,
    srcVersion: from?.version,
    srcRelease: from?.release,
    // The epoch of the source is not told; it is nearly always that of the package.
    srcEpoch: epoch,
    licenses: [header.text(tags.license)].filter((license) => license !== ''),
    maintainer: header.text(tags.vendor),
    modularityLabel: header.text(tags.modularityLabel),
  });
}

/** Paths without the leading slash: folder by index and name, or whole paths in old packages. */
function installedFiles(header: RpmHeader): string[] {
  const names = header.texts(tags.baseNames);
  if (names.length === 0) {
    return header.texts(tags.oldFileNames).map((path) => path.replace(/^\/+/, ''));
  }
  const folders = header.texts(tags.dirNames).map((folder) => trimOf(folder, '/'));
  const indexes = header.numbers(tags.dirIndexes);
  const budget = new PathBudget(header.length);
  return names.map((name, i) => budget.join(folders[indexes[i] ?? -1] ?? '', name));
}

/** Amazon's packages of 2023 do not always name their vendor. */
function isOfficial(vendor: string, release: string): boolean {
  return vendor === '' ? release.includes('.amzn') : osVendors.some((name) => vendor.startsWith(name));
}
