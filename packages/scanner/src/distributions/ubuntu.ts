import { type Calendar, defineDistribution } from '../distribution.ts';
import { detectByFixedVersion } from '../lib/os-findings.ts';
import { sourceVersion } from '../lib/os-packages.ts';

export const distribution = defineDistribution({
  id: 'ubuntu',
  doc: 'Ubuntu, by source packages; with ESM the advisories of extended maintenance once the release has ended.',
  families: ['ubuntu'],
  lifetime: (_family, release, calendar) => ({ table: 'ubuntu', release: stream(release, calendar) }),
  detect: detectByFixedVersion({
    versions: 'deb',
    bucket: ({ release, calendar }) => `ubuntu ${stream(release, calendar)}`,
    name: ({ srcName = '' }) => srcName,
    version: sourceVersion,
    reportsUnfixed: true,
  }),
});

/** While a release has not ended, extended maintenance has no advisories of its own. */
function stream(release: string, { now, endOfLife }: Calendar): string {
  if (endOfLife('ubuntu', release) !== null) {
    return release;
  }
  const base = release.replace(/[-ESM]+$/, '');
  const end = endOfLife('ubuntu', base);
  return end !== null && now < end ? base : release;
}
