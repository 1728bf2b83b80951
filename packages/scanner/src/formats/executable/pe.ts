import { type ByteSource, damaged, readExactly } from '../../lib/source.ts';
import { nameAt, namedIn } from './fields.ts';
import type { ExecutableImage, Region } from './image.ts';

const peSignature = 0x00004550;
const optionalMagic = { narrow: 0x10b, wide: 0x20b } as const;
/** Initialised data that may be read and written. */
const dataFlags = 0xc0000040;
const sectionLength = 40;
const maxSections = 96 * 16;

export function peImage(source: ByteSource): ExecutableImage | null {
  if (source.size < 64) {
    return null;
  }
  const start = Buffer.from(readExactly(source, 0, 64)).readUInt32LE(60);
  // A program of DOS, not of Windows.
  if (start + 24 > source.size) {
    return null;
  }
  const header = Buffer.from(readExactly(source, start, 24));
  if (header.readUInt32LE(0) !== peSignature) {
    return null;
  }
  const count = header.readUInt16LE(6);
  const optionalLength = header.readUInt16LE(20);
  const base = imageBase(readExactly(source, start + 24, optionalLength));
  if (count > maxSections) {
    throw damaged('a Windows program has too many sections', { count });
  }
  const table = Buffer.from(readExactly(source, start + 24 + optionalLength, count * sectionLength));
  const rows = Array.from({ length: count }, (_, i) =>
    table.subarray(i * sectionLength, (i + 1) * sectionLength),
  );
  const regions = rows.map((row) => regionOf(row, base));
  const data = rows.findIndex(
    (row) =>
      row.readUInt32LE(12) !== 0 &&
      row.readUInt32LE(16) !== 0 &&
      (row.readUInt32LE(36) & ~0x00f00000) >>> 0 === dataFlags,
  );
  return { section: namedIn(regions), segments: regions, data: regions[data] ?? null };
}

function imageBase(optional: Buffer): number {
  const magic = optional.length < 32 ? 0 : optional.readUInt16LE(0);
  if (magic === optionalMagic.wide) {
    return optional.readUInt32LE(24) + optional.readUInt32LE(28) * 2 ** 32;
  }
  if (magic === optionalMagic.narrow) {
    return optional.readUInt32LE(28);
  }
  throw damaged('a Windows program has a header of an unknown kind', { magic });
}

function regionOf(row: Buffer, base: number): Region {
  return {
    name: nameAt(row.subarray(0, 8), 0),
    address: base + row.readUInt32LE(12),
    // What is on disk may be longer than what is used.
    size: Math.min(row.readUInt32LE(16), row.readUInt32LE(8) || Infinity),
    offset: row.readUInt32LE(20),
  };
}
