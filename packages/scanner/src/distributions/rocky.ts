import { defineDistribution } from '../distribution.ts';
import { advisoriesForArch } from '../lib/arch-entries.ts';
import { detectByFixedVersion, printedVersion } from '../lib/os-findings.ts';
import { installedVersion, majorOf, modularName } from '../lib/os-packages.ts';

export const distribution = defineDistribution({
  id: 'rocky',
  doc: 'Rocky Linux, by binary packages, module streams and architectures.',
  families: ['rocky'],
  lifetime: (_family, release) => ({ table: 'rocky', release: majorOf(release) }),
  detect: detectByFixedVersion({
    versions: 'rpm',
    bucket: ({ release }) => `rocky ${majorOf(release)}`,
    name: modularName,
    version: installedVersion,
    reportsUnfixed: false,
    advisories: advisoriesForArch,
    details: ({ fixedVersion }) => printedVersion('rpm', fixedVersion),
  }),
});
