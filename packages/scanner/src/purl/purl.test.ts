import { AppError } from '@lanner/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  imagePackageUrl,
  matchesPackageUrl,
  packageOfUrl,
  packageUrl,
  packageUrlOf,
  parsePackageUrl,
  printPackageUrl,
} from './index.ts';

test.each([
  'pkg:npm/%40babel/core@7.0.0',
  'pkg:deb/debian/libstdc%2B%2B6@12.2.0-14?arch=amd64&distro=debian-12',
  'pkg:golang/github.com/a/b@v1.0.0#sub/dir',
  'pkg:maven/org.a/b@1',
  'pkg:cocoapods/GoogleUtilities@7.5.2#NSData%2Bzlib',
])('%s is read and printed', (text) => {
  const url = parsePackageUrl(text.replace('%2Bzlib', '+zlib'));
  expect(printPackageUrl(url)).toBe(text);
});

test.each([
  'pkg:',
  'pkg:npm',
  'npm/a',
  'pkg:npm/',
  'pkg:npm/@scope',
  'pkg:pypi/@1',
  'pkg:1a/b',
  'pkg:npm/a?1=2',
  'pkg:npm/a?x=1&x=2',
  'pkg:npm/%zz',
  'pkg:swift/a',
  'pkg:julia/a',
])('%s is refused', (text) => {
  expect(() => parsePackageUrl(text)).toThrow(AppError);
});

test('printing and reading undo each other', () => {
  const text = fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 8 })
    .filter((part) => !part.includes('/'));
  const url = fc.record({
    type: fc.constantFrom('npm', 'generic', 'maven', 'cargo'),
    namespace: fc.option(fc.array(text, { minLength: 1, maxLength: 3 }), { nil: undefined }),
    name: text,
    version: fc.option(text, { nil: undefined }),
    qualifiers: fc.dictionary(fc.stringMatching(/^[a-z][a-z0-9._-]{0,4}$/), text, { maxKeys: 3 }),
  });
  fc.assert(
    fc.property(url, ({ namespace, ...parts }) => {
      const built = packageUrl({ ...parts, namespace: namespace?.join('/') });
      expect(parsePackageUrl(printPackageUrl(built))).toEqual(built);
    }),
  );
});

test('noise is refused with an AppError', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (noise) => {
      for (const text of [noise, `pkg:${noise}`, `pkg:npm/${noise}`]) {
        try {
          parsePackageUrl(text);
        } catch (error) {
          expect(error).toBeInstanceOf(AppError);
        }
      }
    }),
  );
});

describe('packages', () => {
  const os = { family: 'sles', name: '15.5' };

  test.each([
    [
      'sles',
      { name: 'bash', version: '4', release: '1', epoch: 2, arch: 'x86_64' },
      'pkg:rpm/suse/bash@4-1?arch=x86_64&distro=sles-15.5&epoch=2',
    ],
    ['gomod', { name: 'github.com/A/b', version: 'v1.0.0' }, 'pkg:golang/github.com/a/b@v1.0.0'],
    ['jar', { name: 'org.a:b', version: '1' }, 'pkg:maven/org.a/b@1'],
    ['pip', { name: 'A_b', version: '1' }, 'pkg:pypi/a-b@1'],
    ['yarn', { name: '@x/Y', version: '1' }, 'pkg:npm/%40x/y@1'],
    ['kubernetes', { name: 'k8s.io/kubelet', version: '1.2.3' }, 'pkg:kubernetes/k8s.io%2Fkubelet@1.2.3'],
  ])('of %s', (type, pkg, want) => {
    expect(printPackageUrl(packageUrlOf(type, pkg, os)!)).toBe(want);
  });

  test('in a folder have none', () => {
    expect(packageUrlOf('gomod', { name: '../local' })).toBeNull();
  });

  test('come back from their package URL', () => {
    expect(packageOfUrl(parsePackageUrl('pkg:rpm/redhat/a@1.2-3.el8?epoch=1&arch=x86_64'))).toMatchObject({
      id: 'a@1.2-3.el8',
      name: 'a',
      version: '1.2',
      release: '3.el8',
      epoch: 1,
      arch: 'x86_64',
    });
    expect(packageOfUrl(parsePackageUrl('pkg:maven/org.a/b@1'))).toMatchObject({
      id: 'org.a:b:1',
      name: 'org.a:b',
    });
  });

  test('of an image are named by its digest', () => {
    const digest = `sha256:${'0'.repeat(64)}`;
    expect(printPackageUrl(imagePackageUrl([`alpine:3@${digest}`], 'arm64')!)).toBe(
      `pkg:oci/alpine@${digest.replace(':', ':')}?arch=arm64&repository_url=index.docker.io%2Flibrary%2Falpine`,
    );
    expect(imagePackageUrl([], 'arm64')).toBeNull();
  });
});

test('a constraint matches what it leaves open', () => {
  const target = parsePackageUrl('pkg:npm/a@1?x=y&z=1');
  expect(matchesPackageUrl(parsePackageUrl('pkg:npm/a'), target)).toBe(true);
  expect(matchesPackageUrl(parsePackageUrl('pkg:npm/a?x=y'), target)).toBe(true);
  expect(matchesPackageUrl(parsePackageUrl('pkg:npm/a?x=n'), target)).toBe(false);
  expect(matchesPackageUrl(parsePackageUrl('pkg:npm/b'), target)).toBe(false);
});
