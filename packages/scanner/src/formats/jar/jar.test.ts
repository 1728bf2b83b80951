import { silentLog } from '@lanner/core';
import { expect, test } from 'vitest';
import type { JavaIndex } from '../../analyzer.ts';
import { sourceOf } from '../../lib/source.ts';
import { zipFile } from '../zip/testkit/write.ts';
import { isJarName, jarPackages } from './archive.ts';
import { fuzzJar } from './jar.fuzz.ts';
import { parseManifest } from './manifest.ts';
import { pomLicenses } from './pom-licenses.ts';

const index: JavaIndex = {
  exists: (groupId) => groupId === 'org.known',
  bySha1: () => null,
  groupOf: (artifactId) => (artifactId === 'heuristic' ? 'com.example' : null),
};
const plain = { log: silentLog, javaIndex: index };

test.each([
  ['a.jar', true],
  ['lib/A.WAR', true],
  ['x.par', true],
  ['.jar', true],
  ['jar', false],
  ['a.jars', false],
])('the name %s is one of an archive: %s', (name, want) => {
  expect(isJarName(name)).toBe(want);
});

test.each([
  ['what the manifest says, if it exists', 'a.jar', 'Implementation-Vendor-Id: org.known', 'org.known:A@2'],
  ['nothing, if it does not exist', 'a.jar', 'Implementation-Vendor-Id: org.other', undefined],
  [
    'the file name with the usual group',
    'heuristic-1.0.0-SNAPSHOT.jar',
    '',
    'com.example:heuristic@1.0.0-SNAPSHOT',
  ],
])('an archive without descriptor is %s', (_name, path, line, want) => {
  const manifest = `${line}\nImplementation-Title: A\nImplementation-Version: 2\n`;
  const [found] = jarPackages(sourceOf(zipFile({ 'META-INF/MANIFEST.MF': manifest })), path, plain);
  expect(found && `${found.name}@${found.version ?? ''}`).toBe(want);
});

test('archives within archives are followed to a depth, and the rest is still read', () => {
  const properties = (name: string): string => `groupId=g\nartifactId=${name}\nversion=1\n`;
  let bytes = zipFile({ 'pom.properties': properties('level-0') }, { stored: true });
  for (let level = 1; level <= 20; level++) {
    bytes = zipFile(
      { 'pom.properties': properties(`level-${level}`), 'lib/inner.jar': bytes },
      { stored: true },
    );
  }
  const found = jarPackages(sourceOf(bytes), 'outer.jar', { ...plain, javaIndex: null });
  expect(found.map(({ name }) => name)).toEqual(Array.from({ length: 9 }, (_, i) => `g:level-${20 - i}`));
});

test('one artifact in versions that mean the same is one package', () => {
  const member = (version: string): string => `groupId=g\nartifactId=a\nversion=${version}\n`;
  const bytes = zipFile({
    'x/pom.properties': member('2.17'),
    'y/pom.properties': member('2.17.0'),
    'z/pom.properties': member('2.18'),
  });
  const found = jarPackages(sourceOf(bytes), 'a.jar', plain);
  expect(found.map(({ version }) => version)).toEqual(['2.17', '2.18']);
});

test('a name out of the archive is not followed', () => {
  const inner = zipFile({ 'pom.properties': 'groupId=g\nartifactId=a\nversion=1\n' });
  expect(jarPackages(sourceOf(zipFile({ '../../evil.jar': inner })), 'a.jar', plain)).toEqual([]);
});

test('a manifest ends with its main section', () => {
  const { coordinates } = parseManifest(
    'Bundle-SymbolicName: org.a.b.c\r\nBundle-Name: %name\r\nSpecification-Title: T\r\nBundle-Version: 1\r\n\r\nBundle-Version: 2\r\n',
  );
  expect(coordinates).toEqual({ groupId: 'org.a.b', artifactId: 'T', version: '1' });
});

test.each([
  ['<project><licenses><license><name> A </name></license></licenses></project>', ['A']],
  [
    '<project><licenses><license><url>https://opensource.org/licenses/MIT</url></license></licenses></project>',
    ['MIT'],
  ],
  ['<project><licenses><license><url>https://example.com</url></license></licenses></project>', []],
  ['<project><parent><licenses><license><name>A</name></license></licenses></parent></project>', []],
  ['<project><licenses><license><name>A</project>', []],
])('licences in %s', (pom, want) => {
  expect(pomLicenses(Buffer.from(pom))).toEqual(want);
});

test('stands damaged archives', () => {
  expect(fuzzJar(200, 1).inputs).toBe(200);
});

test('archives that lie in the same place again and again are read in part', () => {
  // Every entry of the outer archive is the same inner one, of the inner one the next …
  let bytes = zipFile({ 'pom.properties': 'groupId=g\nartifactId=innermost\nversion=1\n' }, { stored: true });
  for (let level = 0; level < 6; level++) {
    bytes = withRepeatedEntry(zipFile({ 'a.jar': bytes }, { stored: true }), 300);
  }
  const warnings: string[] = [];
  const log = { ...silentLog, warn: (message: string) => warnings.push(message) };
  jarPackages(sourceOf(bytes), 'bomb.jar', { log, javaIndex: null });
  expect(warnings).toEqual(['java archive read in part']);
});

/** The same archive with its only entry many times in the directory. */
function withRepeatedEntry(archive: Buffer, times: number): Buffer {
  const end = Buffer.from(archive.subarray(-22));
  const start = end.readUInt32LE(16);
  const entry = archive.subarray(start, -22);
  end.writeUInt16LE(times, 10);
  end.writeUInt32LE(entry.length * times, 12);
  return Buffer.concat([archive.subarray(0, start), ...Array.from({ length: times }, () => entry), end]);
}
