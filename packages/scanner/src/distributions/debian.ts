import { defineDistribution } from '../distribution.ts';
import { present } from '../lib/json.ts';
import { detectByFixedVersion, vendorSeverity } from '../lib/os-findings.ts';
import { majorOf, sourceVersion } from '../lib/os-packages.ts';

export const distribution = defineDistribution({
  id: 'debian',
  doc: 'Debian, by source packages, with the states and urgencies of its security tracker.',
  families: ['debian'],
  lifetime: (_family, release) => ({ table: 'debian', release: majorOf(release) }),
  detect: detectByFixedVersion({
    versions: 'deb',
    bucket: ({ release }) => `debian ${majorOf(release)}`,
    name: ({ srcName = '' }) => srcName,
    version: sourceVersion,
    reportsUnfixed: true,
    details: (advisory) => ({
      ...present({ vendorIds: advisory.vendorIds, status: advisory.status }),
      ...vendorSeverity(advisory, 'debian'),
    }),
  }),
});
