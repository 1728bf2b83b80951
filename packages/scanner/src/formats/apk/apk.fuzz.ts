import { type FuzzReport, fuzzParser } from '../../testkit/fuzz.ts';
import { changeLines, textOf } from '../dpkg/dpkg.fuzz.ts';
import { apkPackages } from './installed.ts';

/** Damaged files of apk. */
export function fuzzApk(inputs: number, seed: number, corpus: readonly Buffer[] = []): FuzzReport {
  return fuzzParser(inputs, seed, {
    corpus: [sample, ...corpus],
    maxReads: 2,
    change: changeLines,
    read: (source) => apkPackages(textOf(source)),
  });
}

const sample = Buffer.from(`C:Q11otALzX1d1D0kVawy06IairTXS0=
P:musl
V:1.1.14-r10
A:x86_64
L:( MIT OR GPL-2.0-only WITH Classpath-exception-2.0 ) AND MPL 2.0 GPL2+
o:musl
m:Someone <someone@example.org>
p:so:libc.musl-x86_64.so.1=1 cmd:x
F:lib
R:libc.musl-x86_64.so.1

P:tool
V:1.0_rc1-r0
D:so:libc.musl-x86_64.so.1 !other>1 musl>=1.0
F:usr/bin
R:tool
`);
