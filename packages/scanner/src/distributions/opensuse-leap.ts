import { defineDistribution } from '../distribution.ts';
import { detectByFixedVersion } from '../lib/os-findings.ts';
import { installedVersion } from '../lib/os-packages.ts';

export const distribution = defineDistribution({
  id: 'opensuse-leap',
  doc: 'openSUSE Leap, by binary packages.',
  families: ['opensuse-leap'],
  lifetime: (_family, release) => ({ table: 'opensuse-leap', release }),
  detect: detectByFixedVersion({
    versions: 'rpm',
    bucket: ({ release }) => `openSUSE Leap ${release}`,
    name: ({ name }) => name,
    version: installedVersion,
    reportsUnfixed: false,
  }),
});
