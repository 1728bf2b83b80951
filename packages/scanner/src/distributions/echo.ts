import { defineDistribution } from '../distribution.ts';
import { present } from '../lib/json.ts';
import { detectByFixedVersion, vendorSeverity } from '../lib/os-findings.ts';
import { sourceVersion } from '../lib/os-packages.ts';

export const distribution = defineDistribution({
  id: 'echo',
  doc: 'Echo, by source packages; its advisories also speak of packages that Debian does not have.',
  families: ['echo'],
  covers: () => true,
  lifetime: () => null,
  detect: detectByFixedVersion({
    versions: 'deb',
    bucket: () => 'echo',
    name: ({ srcName = '' }) => srcName,
    version: sourceVersion,
    reportsUnfixed: true,
    details: (advisory, pkg) => ({
      installedVersion: sourceVersion(pkg),
      ...present({ status: advisory.status }),
      ...vendorSeverity(advisory, 'echo'),
    }),
  }),
});
