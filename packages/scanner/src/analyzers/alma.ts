import { redHatRelease, releaseFileAnalyzer } from '../lib/release-file.ts';

const families = { alma: 'alma', almalinux: 'alma', 'alma linux': 'alma' };

export const analyzer = releaseFileAnalyzer({
  id: 'alma',
  doc: 'The release of AlmaLinux.',
  paths: ['etc/almalinux-release'],
  release: (text) => redHatRelease(text, families),
});
