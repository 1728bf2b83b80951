import { releaseFileAnalyzer } from '../lib/release-file.ts';

export const analyzer = releaseFileAnalyzer({
  id: 'amazon',
  doc: 'The release of Amazon Linux.',
  paths: ['etc/system-release', 'usr/lib/system-release'],
  release(text) {
    const [first, second, ...words] = (text.split('\n', 1)[0] ?? '').trim().split(/\s+/);
    if (first !== 'Amazon' || second !== 'Linux' || words.length === 0) {
      return null;
    }
    // From release 2 on the number follows, and then a name in brackets: without it the file is cut off.
    if (words[0] === 'release' && words[1]?.startsWith('2') === true) {
      return words.length < 3 ? null : { family: 'amazon', name: words.slice(1).join(' ') };
    }
    return { family: 'amazon', name: words.join(' ') };
  },
});
