import { defineDistribution } from '../distribution.ts';
import { detectByFixedVersion } from '../lib/os-findings.ts';
import { installedVersion } from '../lib/os-packages.ts';

export const distribution = defineDistribution({
  id: 'slem',
  doc: 'SUSE Linux Enterprise Micro, by binary packages.',
  families: ['slem'],
  lifetime: (_family, release) => ({ table: 'slem', release }),
  detect: detectByFixedVersion({
    versions: 'rpm',
    bucket: ({ release }) => `SUSE Linux Enterprise Micro ${release}`,
    name: ({ name }) => name,
    version: installedVersion,
    reportsUnfixed: false,
  }),
});
