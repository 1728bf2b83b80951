import { defineAnalyzer, onlyAt, withOs } from '../analyzer.ts';

export const analyzer = defineAnalyzer({
  id: 'apk-repo',
  revision: 1,
  doc: 'The release of Alpine Linux that packages are installed from.',
  scope: 'file',
  targets: withOs,
  scanners: ['vuln'],
  ...onlyAt('etc/apk/repositories'),
  analyze(file) {
    let release = '';
    for (const line of file.text().split('\n')) {
      const found = /^\s*(?:@\S+\s+)?(?:https?|ftp):\/\/[\w.-]+\/alpine\/v?([\w.-]+)\//i.exec(line)?.[1];
      if (found !== undefined && isNewer(found, release)) {
        release = found;
      }
    }
    return release === '' ? null : { repository: { family: 'alpine', release } };
  },
});

/** `edge` is above all numbers. */
function isNewer(release: string, than: string): boolean {
  if (than === '' || release === 'edge') {
    return true;
  }
  return than !== 'edge' && release.localeCompare(than, 'en', { numeric: true }) > 0;
}
