import { redHatRelease, releaseFileAnalyzer } from '../lib/release-file.ts';

const families = { centos: 'centos', 'centos linux': 'centos', 'centos stream': 'centos-stream' };

export const analyzer = releaseFileAnalyzer({
  id: 'centos',
  doc: 'The release of CentOS.',
  paths: ['etc/centos-release'],
  release: (text) => redHatRelease(text, families),
});
