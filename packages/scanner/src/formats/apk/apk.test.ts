import { expect, test } from 'vitest';
import { fuzzApk } from './apk.fuzz.ts';
import { apkPackages } from './installed.ts';

test('stands damaged files', () => {
  expect(fuzzApk(500, 1).inputs).toBe(500);
});

test('names of files keep their blanks', () => {
  const [found] = apkPackages('P:a\nV:1.0-r0\nF:usr/share/a b \nR: first\nR:last \n');
  expect(found?.installedFiles).toEqual(['usr/share/a b / first', 'usr/share/a b /last ']);
});
