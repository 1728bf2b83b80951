import { silentLog } from '@lanner/core';
import { expect, test } from 'vitest';
import type { Scanner } from '../analyzer.ts';
import type { ArtifactContent } from '../artifacts/apply-layers.ts';
import { withAssumedSystem, withOperatingSystem } from '../artifacts/finish-packages.ts';
import { present } from '../lib/json.ts';
import { LicenseJudge } from '../licenses/judge.ts';
import { buildResults, type PackageType, type ResultOptions } from './build-results.ts';

const content: ArtifactContent = {
  os: { family: 'debian', name: '9.9' },
  repository: { family: 'alpine', release: '3.10' },
  packages: [
    { id: 'a@1', name: 'a', version: '1', arch: 'amd64', licenses: ['MIT'], identifier: { uid: '1' } },
    { id: 'b@1', name: 'b', version: '1', licenses: ['GPL-2.0-only'], identifier: { uid: '2' } },
  ],
  applications: [
    { type: 'npm', filePath: 'package-lock.json', packages: [{ id: 'c@1', name: 'c', version: '1' }] },
    { type: 'gobinary', filePath: '', packages: [{ id: 'd@1', name: 'd', version: '1' }] },
  ],
  secrets: [],
  licenses: [],
  digests: {},
  customResources: [],
};

function results(options: Partial<ResultOptions>, of = content): ReturnType<typeof buildResults> {
  return buildResults({
    artifactName: 'x',
    artifactId: '',
    content: of,
    database: null,
    now: new Date('2026-01-01T00:00:00Z'),
    log: silentLog,
    options: {
      scanners: new Set<Scanner>(['vuln']),
      packageTypes: new Set<PackageType>(['os', 'library']),
      relationships: null,
      includeDevelopment: false,
      severitySources: ['auto'],
      listAllPackages: false,
      ...options,
    },
  });
}

test('the end of life is told where it is asked what is wrong with the operating system', () => {
  const isOver = (options: Partial<ResultOptions>): boolean => results(options).os?.eosl === true;
  expect(isOver({})).toBe(true);
  // A bill of materials.
  expect(isOver({ scanners: new Set() })).toBe(true);
  expect(isOver({ scanners: new Set<Scanner>(['secret']) })).toBe(false);
  expect(isOver({ packageTypes: new Set<PackageType>(['library']) })).toBe(false);
});

test('a file that was read is named without its packages, what only an SBOM lists is not', () => {
  expect(results({}).results.map(({ target }) => target)).toEqual(['x (debian 9.9)', 'package-lock.json']);
  expect(results({ listAllPackages: true }).results.map(({ target }) => target)).toEqual([
    'x (debian 9.9)',
    'gobinary',
    'package-lock.json',
  ]);
});

test('licences stand in the order of packages; what is ignored leaves its result', () => {
  const licensesOf = (ignored: string[], full = false): unknown =>
    results({
      scanners: new Set<Scanner>(['license']),
      licenses: { judge: new LicenseJudge({}), ignored: new Set(ignored), confidence: 0, full },
    })
      .results.filter(({ class: kind }) => kind.startsWith('license'))
      .map(({ target, licenses = [] }) => [target, licenses.map(({ name }) => name)]);
  expect(licensesOf([])).toEqual([['OS Packages', ['MIT', 'GPL-2.0-only']]]);
  expect(licensesOf(['MIT', 'GPL-2.0-only'], true)).toEqual([
    ['OS Packages', []],
    ['Loose File License(s)', []],
  ]);
});

test('another operating system is named by package URLs, and the repositories that were found count no more', () => {
  const other = withOperatingSystem(content, { family: 'alpine', name: '3.20' });
  expect(other.os).toEqual({ family: 'alpine', name: '3.20' });
  expect(other.repository).toBeUndefined();
  expect(other.packages[0]?.identifier).toEqual({
    purl: 'pkg:apk/alpine/a@1?arch=amd64&distro=3.20',
    uid: '1',
  });
});

test('packages of a system that no file names are those of `none`, or of where they are installed from', () => {
  const unnamed: ArtifactContent = present({ ...content, os: undefined, repository: undefined });
  const targetOf = (of: ArtifactContent): unknown => {
    const { results: found, os } = results({ listAllPackages: true }, withAssumedSystem(of));
    const [{ target, type, packages } = {}] = found;
    return { os, target, type, count: packages?.length };
  };
  expect(targetOf(unnamed)).toEqual({
    os: { family: 'none', name: '' },
    target: 'x (none )',
    type: 'none',
    count: 2,
  });
  const repository = { family: 'alpine', release: '3.20' };
  expect(targetOf({ ...unnamed, repository })).toMatchObject({ target: 'x (alpine 3.20)', count: 2 });
  expect(withAssumedSystem(content)).toBe(content);
  expect(withAssumedSystem({ ...unnamed, packages: [] }).os).toBeUndefined();
});

test('extended maintenance of Ubuntu is in the name of its result', () => {
  const os = { family: 'ubuntu', name: '22.04', extended: true };
  expect(results({}, { ...content, os }).results[0]?.target).toBe('x (ubuntu 22.04-ESM)');
});
