import { deflateSync } from 'node:zlib';
import { changeNumber, type FuzzReport, fuzzParser, type Random } from '../../testkit/fuzz.ts';
import { goBuild } from '../go/build-info.ts';
import { goBuildInfo, oldGoBuildInfo } from '../go/testkit/write.ts';
import { mainVersion, stdlibVersion } from '../go/version.ts';
import { rustCrates } from '../rust/audit.ts';
import { elfFile, fatFile, machoFile, peFile } from './testkit/write.ts';

/** Damaged programs of all systems, with what Go and Rust write into them. */
export function fuzzProgram(inputs: number, seed: number, corpus: readonly Buffer[] = []): FuzzReport {
  return fuzzParser(inputs, seed, {
    corpus: [...samplePrograms(), ...corpus],
    maxReads: 20,
    change: changeHeader,
    read(source) {
      const build = goBuild(source);
      const versions = build === null ? [] : [mainVersion(build), stdlibVersion(build.goVersion)];
      return [versions, rustCrates(source)];
    },
  });
}

/** Mostly tables, which are at the start, or at the end in ELF programs. */
function changeHeader(file: Buffer, random: Random): Buffer {
  const copy = Buffer.from(file);
  const at = random(Math.min(copy.length, 400));
  return changeNumber(copy, random(3) === 0 ? Math.max(0, copy.length - 1 - at) : at, random);
}

function samplePrograms(): Buffer[] {
  const modules =
    'path\tapp\nmod\tapp\t(devel)\t\ndep\tgithub.com/a/b\tv1.2.3\th1:x\n=>\t./b\t(devel)\nbuild\t-ldflags="-s -X \'main.version=v1.2.3\'"\n';
  const packages = [
    { name: 'app', version: '0.1.0', root: true, dependencies: [1] },
    { name: 'memchr', version: '2.7.4', kind: 'runtime' },
  ];
  const audit = deflateSync(Buffer.from(JSON.stringify({ packages })));
  const info = goBuildInfo('go1.22.3', modules);
  const sections = { '.go.buildinfo': info, '.dep-v0': audit };
  const macho = machoFile({ __go_buildinfo: info, '.dep-v0': audit });
  return [
    elfFile(sections),
    elfFile({ '.go.buildinfo': oldGoBuildInfo('go1.15.2', modules, 0x400000 + 144) }),
    peFile({ '.data': info, '.dep-v0': audit }),
    macho,
    fatFile([macho, macho]),
  ];
}
