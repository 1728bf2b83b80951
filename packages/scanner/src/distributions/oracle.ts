import { defineDistribution } from '../distribution.ts';
import { advisoriesForArch } from '../lib/arch-entries.ts';
import { detectByFixedVersion } from '../lib/os-findings.ts';
import { installedVersion, majorOf } from '../lib/os-packages.ts';

export const distribution = defineDistribution({
  id: 'oracle',
  doc: 'Oracle Linux, by binary packages, architectures and flavours (ksplice, FIPS).',
  families: ['oracle'],
  lifetime: (_family, release) => ({ table: 'oracle', release: majorOf(release) }),
  detect: detectByFixedVersion({
    versions: 'rpm',
    bucket: ({ release }) => `Oracle Linux ${majorOf(release)}`,
    name: ({ name }) => name,
    version: installedVersion,
    reportsUnfixed: false,
    advisories: advisoriesForArch,
    // The same package is built in flavours whose versions do not compare.
    applies: ({ fixedVersion = '' }, { release = '' }) => flavour(fixedVersion) === flavour(release),
  }),
});

function flavour(version: string): 'fips' | 'ksplice' | 'normal' {
  const lower = version.toLowerCase();
  if (lower.endsWith('_fips')) {
    return 'fips';
  }
  return lower.split('.').some((part) => part.startsWith('ksplice')) ? 'ksplice' : 'normal';
}
