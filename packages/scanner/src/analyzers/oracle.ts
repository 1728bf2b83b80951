import { redHatRelease, releaseFileAnalyzer } from '../lib/release-file.ts';

const families = { oracle: 'oracle', 'oracle linux': 'oracle', 'oracle linux server': 'oracle' };

export const analyzer = releaseFileAnalyzer({
  id: 'oracle',
  doc: 'The release of Oracle Linux.',
  paths: ['etc/oracle-release'],
  release: (text) => redHatRelease(text, families),
});
