import { releaseFileAnalyzer } from '../lib/release-file.ts';

export const analyzer = releaseFileAnalyzer({
  id: 'ubuntu',
  doc: 'The release of Ubuntu.',
  paths: ['etc/lsb-release'],
  release(text) {
    const name = /^DISTRIB_RELEASE=(.*)$/m.exec(text)?.[1]?.trim() ?? '';
    return name === '' || !/^DISTRIB_ID=Ubuntu\s*$/m.test(text) ? null : { family: 'ubuntu', name };
  },
});
