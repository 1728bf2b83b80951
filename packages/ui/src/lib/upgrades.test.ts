import { expect, test } from 'vitest';
import { upgradesOf } from './upgrades.ts';

test('the packages that end most come first, and only what has a fix counts', () => {
  const findings = [
    ...Array.from({ length: 3 }, () => ({ packageName: 'openssl', fixedVersion: '3.0.14' })),
    { packageName: 'openssl', fixedVersion: '3.0.15' },
    { packageName: 'zlib', fixedVersion: '1.3' },
    { packageName: 'zlib', fixedVersion: '1.3' },
    { packageName: 'bash', fixedVersion: '' },
    { packageName: '', fixedVersion: '1' },
    { packageName: 'curl', fixedVersion: '8' },
  ];
  expect(upgradesOf(findings, 2)).toEqual({
    packages: [
      { name: 'openssl', to: '3.0.14 (2 versions named)', findings: 4 },
      { name: 'zlib', to: '1.3', findings: 2 },
    ],
    gone: 6,
  });
  expect(upgradesOf([], 5)).toEqual({ packages: [], gone: 0 });
});
