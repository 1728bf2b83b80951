import { AppError } from '@lanner/core';
import { changeNumber, type FuzzReport, fuzzParser, type Random } from '../../testkit/fuzz.ts';
import { rpmArchiveHeader } from './archive.ts';
import { rpmHeaders } from './database.ts';
import { tags } from './header.ts';
import { rpmPackage, rpmPackages } from './packages.ts';
import { berkeleyFile, ndbFile, rpmArchive, rpmHeaderBytes } from './testkit/write.ts';
import { sqliteTable } from '../sqlite/testkit/write.ts';

/** Damaged databases of all formats, and damaged package files. */
export function fuzzRpm(inputs: number, seed: number, corpus: readonly Buffer[] = []): FuzzReport {
  const headers = sampleHeaders();
  const files = [
    ndbFile(headers),
    berkeleyFile(headers, { pageLength: 512 }),
    berkeleyFile(headers, { little: false, pageLength: 1024 }),
    sqliteTable('Packages', headers, 512),
    sqliteTable('Packages', headers, 4096),
    ...headers.map(rpmArchive),
    ...corpus,
  ];
  return fuzzParser(inputs, seed, {
    corpus: files,
    // A page is read for the structure and again for what is on it.
    maxReads: 40,
    change: changeStructure,
    read(source) {
      const isArchive = source.size > 4 && Buffer.from(source.read(0, 4)).readUInt32BE(0) === 0xedabeedb;
      return isArchive ? rpmPackage(rpmArchiveHeader(source)) : rpmPackages(rpmHeaders(source, skip));
    },
  });
}

function skip(error: unknown): void {
  if (!(error instanceof AppError)) {
    throw error;
  }
}

/** Mostly the start of pages, slots and headers. */
function changeStructure(file: Buffer, random: Random): Buffer {
  const copy = Buffer.from(file);
  const unit = [16, 512, 1024, 4096][random(4)] ?? 16;
  const start = random(Math.ceil(copy.length / unit)) * unit;
  return changeNumber(copy, start + random(Math.min(unit, 64)), random);
}

function sampleHeaders(): Buffer[] {
  return [0, 1, 400].map((files) =>
    rpmHeaderBytes(
      new Map<number, string | readonly string[] | readonly number[] | Uint8Array>([
        [tags.name, `package-${files}`],
        [tags.version, '1.2.3'],
        [tags.release, '4.el9'],
        [tags.epoch, [1]],
        [tags.arch, 'x86_64'],
        [tags.vendor, 'Red Hat, Inc.'],
        [tags.sourceRpm, 'package-1.2.3-4.el9.src.rpm'],
        [tags.provideName, ['package', 'libx.so()(64bit)']],
        [tags.requireName, ['package', '/bin/sh']],
        [tags.baseNames, Array.from({ length: files }, (_, i) => `file-${i}`)],
        [tags.dirNames, ['/usr/bin/', '/usr/lib/']],
        [tags.dirIndexes, Array.from({ length: files }, (_, i) => i % 2)],
        [tags.sigMd5, new Uint8Array(16)],
      ]),
    ),
  );
}
