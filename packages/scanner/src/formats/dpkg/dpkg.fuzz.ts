import type { ByteSource } from '../../lib/source.ts';
import { type FuzzReport, fuzzParser, type Random } from '../../testkit/fuzz.ts';
import { dpkgDigests, dpkgFiles, dpkgPackages } from './packages.ts';

/** Damaged files of dpkg: status, available and md5sums. */
export function fuzzDpkg(inputs: number, seed: number, corpus: readonly Buffer[] = []): FuzzReport {
  return fuzzParser(inputs, seed, {
    corpus: [sample, ...corpus],
    maxReads: 2,
    change: changeLines,
    read(source) {
      const text = textOf(source);
      return [[...dpkgPackages(text)], dpkgDigests(text), dpkgFiles(text)];
    },
  });
}

const sample = Buffer.from(`Package: app
Status: install ok installed
Maintainer: Debian Devs <devs@lists.debian.org>
Architecture: amd64
Source: app-source (1:2.0-1)
Version: 1:2.0-1+b1
Depends: libx (>= 1.0) | libx-compat, python3:any,
 tool
SHA256: 00ff

Package: libx
Version: 1.0~rc1

25de5fcdc3c8ebd9c9f599fb7a899b40  usr/bin/tar
`);

/** Lines in another order, twice, cut, or with a long run of one character. */
export function changeLines(file: Buffer, random: Random): Buffer {
  const lines = file.toString('latin1').split('\n');
  const at = random(lines.length);
  const line = lines[at] ?? '';
  const cut = random(line.length + 1);
  const runs = [' ', '(', ',', ':', '-', '.', '\t', '0', '|'];
  const run = (runs[random(runs.length)] ?? '').repeat(random(4) === 0 ? 2000 : 1 + random(3));
  const changes = [
    [line, line],
    [line.slice(0, cut)],
    [line.slice(0, cut) + run + line.slice(cut)],
    [lines[random(lines.length)] ?? ''],
    [],
    ['', line],
  ];
  lines.splice(at, 1, ...(changes[random(changes.length)] ?? []));
  return Buffer.from(lines.join('\n'), 'latin1');
}

export function textOf(source: ByteSource): string {
  return source.read(0, source.size).toString('utf8');
}
