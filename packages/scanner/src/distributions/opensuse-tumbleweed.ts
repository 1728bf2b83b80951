import { defineDistribution } from '../distribution.ts';
import { detectByFixedVersion } from '../lib/os-findings.ts';
import { installedVersion } from '../lib/os-packages.ts';

export const distribution = defineDistribution({
  id: 'opensuse-tumbleweed',
  doc: 'openSUSE Tumbleweed, by binary packages.',
  families: ['opensuse-tumbleweed'],
  lifetime: () => null,
  detect: detectByFixedVersion({
    versions: 'rpm',
    bucket: () => 'openSUSE Tumbleweed',
    name: ({ name }) => name,
    version: installedVersion,
    reportsUnfixed: false,
  }),
});
