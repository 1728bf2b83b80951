import { defineDistribution } from '../distribution.ts';
import { detectByFixedVersion } from '../lib/os-findings.ts';
import { installedVersion } from '../lib/os-packages.ts';

export const distribution = defineDistribution({
  id: 'photon',
  doc: 'Photon OS, by source packages and the versions of the binary ones.',
  families: ['photon'],
  lifetime: (_family, release) => ({ table: 'photon', release }),
  detect: detectByFixedVersion({
    versions: 'rpm',
    bucket: ({ release }) => `Photon OS ${release}`,
    name: ({ srcName = '' }) => srcName,
    version: installedVersion,
    reportsUnfixed: false,
  }),
});
