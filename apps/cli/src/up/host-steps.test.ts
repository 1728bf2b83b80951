import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { foldersBeside, hostSteps } from './host-steps.ts';

const root = mkdtempSync(join(tmpdir(), 'lanner-steps-'));
for (const folder of [
  'etc/ssl',
  'home/a',
  'usr/lib/x',
  'usr/local/etc',
  'usr/local/bin',
  'var/lib/dpkg',
  'od[d]',
]) {
  mkdirSync(join(root, folder), { recursive: true });
}
mkdirSync(join(root, 'a,b'));
afterAll(() => {
  rmSync(root, { recursive: true });
});

test('what lies beside the wanted folders is named as high as it can be', () => {
  expect(foldersBeside(root, ['etc', 'usr/local/etc', 'gone/x'])).toEqual(
    ['a,b', 'home', String.raw`od\[d\]`, 'usr/lib', 'usr/local/bin', 'var'].sort(),
  );
  expect(foldersBeside(join(root, 'missing'), ['etc'])).toEqual([]);
});

const skippedBy = (at: number, folders = ['home']): string[] => {
  const args = hostSteps(root, folders)[at]?.args ?? [];
  return (args[args.indexOf('--skip-dirs') + 1] ?? '').split(',');
};

test('packages of the system come first, then all others, then secrets', () => {
  expect(hostSteps(root, ['home']).map(({ isQuick, isWhole }) => [isQuick, isWhole])).toEqual([
    [true, false],
    [false, true],
    [false, false],
  ]);
  expect(skippedBy(0)).toEqual(expect.arrayContaining(['home', 'usr/lib/x', 'usr/local']));
  expect(skippedBy(0)).not.toContain('etc');
  expect(skippedBy(0)).not.toContain('var/lib/dpkg');
  expect(skippedBy(1)).not.toContain('home');
  expect(skippedBy(2)).toEqual(expect.arrayContaining(['etc', 'usr', 'var', '**/node_modules']));
  expect(skippedBy(2)).not.toContain('home');
});

test('a comma in a name does not part it into other folders', () => {
  expect(skippedBy(2)).not.toContain('a');
  expect(skippedBy(2)).not.toContain('b');
});

test('no secrets are looked for where no folder is named', () => {
  expect(hostSteps(root, []).some(({ args }) => args.includes('secret'))).toBe(false);
});
