import { redHatRelease, releaseFileAnalyzer } from '../lib/release-file.ts';

const families = { fedora: 'fedora', 'fedora linux': 'fedora' };

export const analyzer = releaseFileAnalyzer({
  id: 'fedora',
  doc: 'The release of Fedora.',
  paths: ['etc/fedora-release', 'usr/lib/fedora-release'],
  release: (text) => redHatRelease(text, families),
});
