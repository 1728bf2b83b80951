import { AppError } from '@lanner/core';
import { expect, test } from 'vitest';
import { sourceOf } from '../../lib/source.ts';
import { goBuild } from '../go/build-info.ts';
import { goBuildInfo, oldGoBuildInfo } from '../go/testkit/write.ts';
import { rustCrates } from '../rust/audit.ts';
import { executableImage } from './image.ts';
import { fuzzProgram } from './program.fuzz.ts';
import { elfFile, fatFile, machoFile, peFile } from './testkit/write.ts';

const modules = 'path\tapp\nmod\tapp\tv1.0.0\th1:x\ndep\tgithub.com/a/b\tv1.2.3\th1:y\n';
const info = goBuildInfo('go1.22.3', modules);
const build = {
  goVersion: 'go1.22.3',
  main: { path: 'app', version: 'v1.0.0' },
  dependencies: [{ path: 'github.com/a/b', version: 'v1.2.3' }],
  settings: new Map(),
};
const macho = machoFile({ __go_buildinfo: info });

test.each([
  ['ELF', elfFile({ '.go.buildinfo': info })],
  [
    'ELF, with the texts elsewhere',
    elfFile({ '.go.buildinfo': oldGoBuildInfo('go1.22.3', modules, addressOfFirst()) }),
  ],
  ['ELF without names of sections', withoutSections(elfFile({ '.data': info }))],
  ['PE', peFile({ '.text': Buffer.alloc(64), '.data': Buffer.concat([Buffer.alloc(32), info]) })],
  ['Mach-O', macho],
  ['Mach-O for several architectures', fatFile([macho, macho])],
])('Go in a program of form %s', (_name, bytes) => {
  expect(goBuild(sourceOf(bytes))).toEqual(build);
});

test.each([
  ['a script', Buffer.from('#!/bin/sh\n')],
  ['a program of another language', elfFile({ '.data': info, '.text': Buffer.alloc(10) })],
  ['a class of Java', Buffer.from('cafebabe0000003d00000000000000000000000000000000000000000000', 'hex')],
  ['a program of DOS', Buffer.concat([Buffer.from('MZ'), Buffer.alloc(100)])],
  ['an empty file', Buffer.alloc(0)],
])('nothing in %s', (_name, bytes) => {
  expect(goBuild(sourceOf(bytes))).toBeNull();
  expect(rustCrates(sourceOf(bytes))).toEqual([]);
});

test('a table that is larger than any is refused', () => {
  const bytes = elfFile({ '.text': Buffer.alloc(10) });
  bytes.writeUInt16LE(0xffff, 60);
  bytes.writeUInt16LE(0xffff, 58);
  expect(() => executableImage(sourceOf(bytes))).toThrow(AppError);
});

test('crates that unpack to too much are refused', () => {
  const bytes = elfFile({ '.dep-v0': Buffer.from('not packed') });
  expect(() => rustCrates(sourceOf(bytes))).toThrow(AppError);
});

test('stands damaged programs', () => {
  expect(fuzzProgram(500, 1).inputs).toBe(500);
});

/** Where the first section of `elfFile` lies in memory, behind headers and names. */
function addressOfFirst(): number {
  const image = executableImage(sourceOf(elfFile({ '.go.buildinfo': Buffer.alloc(8) })));
  return image?.section('.go.buildinfo')?.address ?? 0;
}

function withoutSections(bytes: Buffer): Buffer {
  bytes.writeBigUInt64LE(0n, 40);
  bytes.writeUInt16LE(0, 60);
  // The data is what the linker put first.
  const at = bytes.indexOf('\xff Go buildinf:', 0, 'latin1');
  bytes.writeBigUInt64LE(BigInt(at), 64 + 8);
  return bytes;
}
