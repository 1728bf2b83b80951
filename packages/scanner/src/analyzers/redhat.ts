import { redHatRelease, releaseFileAnalyzer } from '../lib/release-file.ts';

const families = {
  centos: 'centos',
  'centos linux': 'centos',
  'centos stream': 'centos-stream',
  rocky: 'rocky',
  'rocky linux': 'rocky',
  alma: 'alma',
  almalinux: 'alma',
  'alma linux': 'alma',
  oracle: 'oracle',
  'oracle linux': 'oracle',
  'oracle linux server': 'oracle',
  fedora: 'fedora',
  'fedora linux': 'fedora',
};

export const analyzer = releaseFileAnalyzer({
  id: 'redhat',
  doc: 'The release of Red Hat Enterprise Linux and what derives from it.',
  paths: ['etc/redhat-release'],
  release: (text) => redHatRelease(text, families, 'redhat'),
});
