import { redHatRelease, releaseFileAnalyzer } from '../lib/release-file.ts';

const families = { rocky: 'rocky', 'rocky linux': 'rocky' };

export const analyzer = releaseFileAnalyzer({
  id: 'rocky',
  doc: 'The release of Rocky Linux.',
  paths: ['etc/rocky-release'],
  release: (text) => redHatRelease(text, families),
});
