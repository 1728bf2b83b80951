import { defineAnalyzer, sources } from '../analyzer.ts';
import { parseGradleLockfile } from '../lockfiles/gradle/lockfile.ts';
import { withGradleCache } from '../lockfiles/gradle/cache.ts';
import { lockfileApplication } from '../lockfiles/packages.ts';

export const analyzer = defineAnalyzer({
  id: 'gradle',
  revision: 1,
  doc: 'Java libraries that a Gradle lock file names; licences and what depends on what from the local cache.',
  scope: 'file',
  targets: sources,
  scanners: ['vuln', 'license'],
  wants: ({ path }) => path.endsWith('gradle.lockfile'),
  analyze(file, { host }) {
    const packages = parseGradleLockfile(file.text());
    return lockfileApplication(
      'gradle',
      file.path,
      host === null ? packages : withGradleCache(packages, host),
    );
  },
});
