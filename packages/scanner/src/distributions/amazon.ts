import { defineDistribution } from '../distribution.ts';
import { detectByFixedVersion } from '../lib/os-findings.ts';
import { installedVersion, majorOf } from '../lib/os-packages.ts';

export const distribution = defineDistribution({
  id: 'amazon',
  doc: "Amazon Linux, by binary packages; versions in Debian's order, as Trivy compares them.",
  families: ['amazon'],
  lifetime: (_family, release) => ({ table: 'amazon', release: generation(release) }),
  detect: detectByFixedVersion({
    versions: 'deb',
    bucket: ({ release }) => `amazon linux ${generation(release)}`,
    name: ({ name }) => name,
    version: installedVersion,
    reportsUnfixed: false,
  }),
});

/** `2023` of `2023.3.20240312`, `1` of `2018.03 (…)`. */
function generation(release: string): string {
  const major = majorOf(release.trim().split(/\s+/, 1)[0] ?? '');
  return ['2', '2022', '2023'].includes(major) ? major : '1';
}
