import { defineDistribution } from '../distribution.ts';
import { detectByFixedVersion, printedVersion } from '../lib/os-findings.ts';
import { minorOf, sourceVersion } from '../lib/os-packages.ts';

export const distribution = defineDistribution({
  id: 'azurelinux',
  doc: 'Azure Linux and its predecessor CBL-Mariner, by source packages.',
  families: ['azurelinux', 'cbl-mariner'],
  lifetime: () => null,
  detect: detectByFixedVersion({
    versions: 'rpm',
    bucket: ({ family, release }) =>
      `${family === 'azurelinux' ? 'Azure Linux' : 'CBL-Mariner'} ${minorOf(release)}`,
    name: ({ srcName = '' }) => srcName,
    version: sourceVersion,
    reportsUnfixed: true,
    details: ({ fixedVersion }) => printedVersion('rpm', fixedVersion),
  }),
});
