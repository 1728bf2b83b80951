import { describe, expect, test } from 'vitest';
import { compareTexts } from './version-scheme.ts';
import { versionSchemes } from './versions/registry.gen.ts';

const chains: Readonly<Record<string, readonly string[]>> = {
  apk: ['1.1_alpha1', '1.1_rc2', '1.1', '1.1-r1', '1.1_p1', '1.1a', '1.1.1', '1.2', '1.10'],
  bitnami: ['1.2.3', '1.2.3-1', '1.2.3-10', '1.2.4'],
  deb: ['1.0~rc1', '1.0', '1.0-1', '1.0-1+b1', '1.0a', '1:0.5'],
  gem: ['1.0.a', '1.0.b.1', '1.0', '1.0.1', '2'],
  generic: ['1.0-alpha', '1.0-rc.2', '1.0', '1.0.0.1', '1.10', 'v2'],
  maven: ['1-alpha', '1-beta2', '1-m1', '1-rc1', '1-snapshot', '1', '1-sp', '1-1', '1.1'],
  npm: ['1.0.0-alpha', '1.0.0-alpha.1', '1.0.0-beta', '1.0.0', '1.0.1'],
  pep440: ['1.0.dev1', '1.0a1', '1.0rc1', '1.0', '1.0+local', '1.0.post1', '1.1', '1!0'],
  rpm: ['1.0~rc1', '1.0', '1.0-1.el8', '1.0-1.el9', '1.0^git1', '1.0.1', '1:0.1'],
  semver: ['1.0.0-0', '1.0.0-a', '1.0.0', '1.1.0', '18446744073709551615.0.0'],
};

const constraints: readonly (readonly [string, string, string, boolean])[] = [
  ['deb', '>=1.0-1, <2.0', '1.5-3', true],
  ['gem', '~> 1.2.3', '1.2.9', true],
  ['gem', '~> 1.2.3', '1.3.0', false],
  ['generic', '>=1.7.0 <1.7.16 || >=2.0.0 <2.0.8', '2.0.7', true],
  ['maven', '[1.0,2.0),[3.0,)', '2.5', false],
  ['maven', '[1.0,2.0),[3.0,)', '3.1', true],
  ['npm', '^1.2 || ~2.1.3', '2.1.9', true],
  ['npm', '1.x', '1.2.3-beta', false],
  ['pep440', '~=2.2.post3', '2.9', true],
  ['pep440', '==1.1.*', '1.10', false],
  ['semver', '>=1.2.3 <2', '2.0.0-rc.1', false],
];

test('every scheme has a chain here', () => {
  expect(Object.keys(chains)).toEqual(versionSchemes.map(({ id }) => id));
});

describe.each(Object.entries(chains))('%s', (id, chain) => {
  const scheme = versionSchemes.find((candidate) => candidate.id === id)!;

  test.each(chain.slice(1).map((high, i) => [chain[i]!, high]))('%s < %s', (low, high) => {
    expect(Math.sign(compareTexts(scheme, low, high) ?? Number.NaN)).toBe(-1);
  });
});

test.each(constraints)('%s: %s and %s', (id, constraint, version, admitted) => {
  const scheme = versionSchemes.find((candidate) => candidate.id === id)!;
  expect(scheme.constraint(constraint)!.admits(scheme.parse(version))).toBe(admitted);
});
