import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';

const script = new URL('is-installed.cjs', import.meta.url).pathname;
const root = mkdtempSync(join(tmpdir(), 'lanner-installed-'));
mkdirSync(join(root, 'node_modules'));
afterAll(() => {
  rmSync(root, { recursive: true });
});

const here = { os: [process.platform], cpu: [process.arch], optional: true };
const wanted = {
  '': { name: 'lanner' },
  'apps/cli': { version: '0.1.0' },
  'node_modules/a': { integrity: 'sha512-a' },
  'node_modules/own-node': { ...here, integrity: 'sha512-n' },
  'node_modules/other-node': { ...here, cpu: ['none'], integrity: 'sha512-o' },
  'node_modules/of-other': { optional: true, integrity: 'sha512-t' },
};
const there = {
  'node_modules/a': { integrity: 'sha512-a' },
  'node_modules/own-node': { ...here, integrity: 'sha512-n' },
};

function isInstalled(packages: unknown): boolean {
  writeFileSync(join(root, 'package-lock.json'), JSON.stringify({ packages: wanted }));
  const text = typeof packages === 'string' ? packages : JSON.stringify({ packages });
  writeFileSync(join(root, 'node_modules/.package-lock.json'), text);
  return spawnSync(process.execPath, [script, root]).status === 0;
}

test('what npm ci made is recognised, without the packages of other machines', () => {
  expect(isInstalled(there)).toBe(true);
});

test.each([
  ['another version', { ...there, 'node_modules/a': { integrity: 'sha512-b' } }],
  ['a missing package', { 'node_modules/own-node': there['node_modules/own-node'] }],
  ['a missing package of this machine', { 'node_modules/a': there['node_modules/a'] }],
  ['a file that npm did not finish', '{"packages":'],
])('%s is not', (_, packages) => {
  expect(isInstalled(packages)).toBe(false);
});
