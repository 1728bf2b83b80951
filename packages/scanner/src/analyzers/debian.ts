import { releaseFileAnalyzer } from '../lib/release-file.ts';

export const analyzer = releaseFileAnalyzer({
  id: 'debian',
  doc: 'The release of Debian.',
  paths: ['etc/debian_version'],
  release(text) {
    const name = text.split('\n', 1)[0]?.trim() ?? '';
    return name === '' ? null : { family: 'debian', name };
  },
});
