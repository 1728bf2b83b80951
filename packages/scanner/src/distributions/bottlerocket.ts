import { defineDistribution } from '../distribution.ts';
import { detectByFixedVersion } from '../lib/os-findings.ts';
import { installedVersion } from '../lib/os-packages.ts';

export const distribution = defineDistribution({
  id: 'bottlerocket',
  doc: 'Bottlerocket, by binary packages.',
  families: ['bottlerocket'],
  lifetime: () => null,
  detect: detectByFixedVersion({
    versions: 'rpm',
    bucket: () => 'bottlerocket',
    name: ({ name }) => name,
    version: installedVersion,
    reportsUnfixed: false,
  }),
});
