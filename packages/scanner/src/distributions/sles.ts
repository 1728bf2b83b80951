import { defineDistribution } from '../distribution.ts';
import { detectByFixedVersion } from '../lib/os-findings.ts';
import { installedVersion } from '../lib/os-packages.ts';

export const distribution = defineDistribution({
  id: 'sles',
  doc: 'SUSE Linux Enterprise, by binary packages.',
  families: ['sles'],
  lifetime: (_family, release) => ({ table: 'sles', release }),
  detect: detectByFixedVersion({
    versions: 'rpm',
    bucket: ({ release }) => `SUSE Linux Enterprise ${release}`,
    name: ({ name }) => name,
    version: installedVersion,
    reportsUnfixed: false,
  }),
});
