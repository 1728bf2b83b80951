import { defineDistribution, type DistributionInput } from '../distribution.ts';
import { detectByFixedVersion } from '../lib/os-findings.ts';
import { minorOf, sourceVersion } from '../lib/os-packages.ts';

export const distribution = defineDistribution({
  id: 'alpine',
  doc: 'Alpine Linux, by source packages of the release that the image takes its packages from.',
  families: ['alpine'],
  lifetime: (_family, release) => ({ table: 'alpine', release: minorOf(release) }),
  detect: detectByFixedVersion({
    versions: 'apk',
    bucket: (input) => `alpine ${repositoryRelease(input)}`,
    name: ({ srcName, name }) => srcName ?? name,
    version: sourceVersion,
    reportsUnfixed: true,
  }),
});

/** The repository decides, because packages of another release may have been installed from it. */
function repositoryRelease({ release, repository, log }: DistributionInput): string {
  const own = minorOf(release);
  const from = repository?.release ?? '';
  const stream = from.split('.').length > 2 ? from.slice(0, from.lastIndexOf('.')) : from;
  if (stream === '' || stream === own) {
    return own;
  }
  if (stream !== 'edge') {
    log.warn('packages of another Alpine release than the system', { release: own, repository: stream });
  }
  return stream;
}
