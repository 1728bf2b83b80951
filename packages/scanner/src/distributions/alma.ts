import { defineDistribution } from '../distribution.ts';
import { detectByFixedVersion, printedVersion } from '../lib/os-findings.ts';
import { installedVersion, majorOf, modularName } from '../lib/os-packages.ts';

export const distribution = defineDistribution({
  id: 'alma',
  doc: 'AlmaLinux, by binary packages and module streams.',
  families: ['alma'],
  lifetime: (_family, release) => ({ table: 'alma', release: majorOf(release) }),
  detect: detectByFixedVersion({
    versions: 'rpm',
    bucket: ({ release }) => `alma ${majorOf(release)}`,
    // Modules of AlmaLinux that do not say so cannot be told from others (its bug 173).
    name: (pkg) =>
      pkg.release?.includes('.module_el') === true && pkg.modularityLabel === undefined
        ? null
        : modularName(pkg),
    version: installedVersion,
    reportsUnfixed: false,
    details: ({ fixedVersion }) => printedVersion('rpm', fixedVersion),
  }),
});
