import { expect, test } from 'vitest';
import { keptFiles, notedFiles } from './noted-files.ts';

test.each([
  ['dpkg', ['/usr/bin/tar']],
  ['rpm', ['/usr/bin/tar']],
  ['apk', ['usr/bin/tar']],
])('files of %s are noted as %j', (analyzedBy, noted) => {
  const installedFiles = ['usr/bin/tar'];
  expect(notedFiles({ analyzedBy, installedFiles })).toEqual(noted);
  expect(keptFiles(noted)).toEqual(installedFiles);
});
