import { silentLog } from '@lanner/core';
import { changeNumber, type FuzzReport, fuzzParser, type Random } from '../../testkit/fuzz.ts';
import { zipFile } from '../zip/testkit/write.ts';
import { jarPackages } from './archive.ts';

/** Damaged archives with archives in them, and whole archives with damaged members. */
export function fuzzJar(inputs: number, seed: number, corpus: readonly Buffer[] = []): FuzzReport {
  return fuzzParser(inputs, seed, {
    corpus: [...sampleArchives(), ...corpus],
    // A member may be read for itself and as an archive, several levels deep.
    maxReads: 60,
    change: (file, random) => (random(4) === 0 ? damagedMembers(random) : changeDirectory(file, random)),
    read: (source) =>
      jarPackages(source, 'a-1.0.jar', { log: silentLog, javaIndex: null, fileChecksums: true }),
  });
}

const properties = 'version=1.0\ngroupId=com.example\nartifactId=web\n';
const manifest =
  'Manifest-Version: 1.0\r\nImplementation-Title: a\r\n b\r\nBundle-SymbolicName: org.a.b\r\nBundle-Version: 1\r\nBundle-License: "MIT";link="https://opensource.org/licenses/MIT",Apache-2.0\r\n\r\n';
const pom =
  '<?xml version="1.0" encoding="UTF-8"?><project><licenses><license><name>MIT &amp; more</name></license><license><url>https://www.apache.org/licenses/LICENSE-2.0</url></license></licenses></project>';

function sampleArchives(): Buffer[] {
  const inner = zipFile({ 'META-INF/MANIFEST.MF': manifest, LICENSE: 'text' });
  const members = {
    'META-INF/maven/com.example/web/pom.properties': properties,
    'META-INF/maven/com.example/web/pom.xml': pom,
    'WEB-INF/lib/inner-1.jar': inner,
    '../outside.jar': inner,
  };
  const nested = zipFile(
    { 'lib/middle.jar': zipFile({ 'lib/inner.jar': inner }, { stored: true }) },
    { stored: true },
  );
  return [
    zipFile(members),
    zipFile(members, { stored: true }),
    zipFile(members, { wide: true, prefix: Buffer.from('#!/bin/sh\n') }),
    nested,
  ];
}

/** Mostly the records that say where things are. */
function changeDirectory(file: Buffer, random: Random): Buffer {
  const copy = Buffer.from(file);
  const at = copy.lastIndexOf('PK', random(copy.length + 1), 'latin1');
  return changeNumber(copy, Math.max(0, at) + random(60), random);
}

/** Texts whose characters were changed, packed anew. */
function damagedMembers(random: Random): Buffer {
  const damage = (text: string): string => {
    const at = random(text.length);
    const inserted =
      ['<', '&', '>', '"', '\\', '\n', '\r', '\0', ';', '<!DOCTYPE x [', '<![CDATA['][random(11)] ?? '';
    return text.slice(0, at) + inserted.repeat(1 + random(3)) + text.slice(at + random(10));
  };
  return zipFile(
    {
      'META-INF/maven/com.example/web/pom.properties': damage(properties),
      'META-INF/maven/com.example/web/pom.xml': damage(damage(pom)),
      'META-INF/MANIFEST.MF': damage(manifest),
    },
    { stored: random(2) === 0 },
  );
}
