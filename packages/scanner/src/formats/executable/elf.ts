import { type ByteSource, damaged, readExactly } from '../../lib/source.ts';
import { FieldReader, maxTable, nameAt } from './fields.ts';
import type { ExecutableImage, Region } from './image.ts';

const segmentTypes = { load: 1 } as const;
const flags = { execute: 1, write: 2 } as const;
const sectionTypes = { noBits: 8 } as const;
/** The number of sections is elsewhere. */
const extendedIndex = 0xffff;

export function elfImage(source: ByteSource): ExecutableImage {
  const ident = Buffer.from(readExactly(source, 0, 16));
  const wide = ident.readUInt8(4) === 2;
  if (!wide && ident.readUInt8(4) !== 1) {
    throw damaged('an ELF program has neither 32 nor 64 bits');
  }
  const reader = new FieldReader(ident.readUInt8(5) !== 2, wide);
  const header = Buffer.from(readExactly(source, 0, wide ? 64 : 52));
  const programs = programTable(source, reader, header);
  const segments = programs.filter(({ type }) => type === segmentTypes.load).map(({ region }) => region);
  const data = programs.find((one) => one.type === segmentTypes.load && (one.flags & 3) === flags.write);
  const named = sections(source, reader, header);
  return { sections: named, segments, data: named.length > 0 ? null : (data?.region ?? null) };
}

interface Program {
  readonly type: number;
  readonly flags: number;
  readonly region: Region;
}

function programTable(source: ByteSource, reader: FieldReader, header: Buffer): Program[] {
  const { wide } = reader;
  const table = readTable(source, {
    offset: reader.word(header, wide ? 32 : 28),
    entry: reader.u16(header, wide ? 54 : 42),
    count: reader.u16(header, wide ? 56 : 44),
    smallest: wide ? 56 : 32,
  });
  return table.map((row) => ({
    type: reader.u32(row, 0),
    flags: reader.u32(row, wide ? 4 : 24),
    region: {
      name: '',
      offset: reader.word(row, wide ? 8 : 4),
      address: reader.word(row, wide ? 16 : 8),
      size: reader.word(row, wide ? 32 : 16),
    },
  }));
}

function sections(source: ByteSource, reader: FieldReader, header: Buffer): Region[] {
  const { wide } = reader;
  const offset = reader.word(header, wide ? 40 : 32);
  const entry = reader.u16(header, wide ? 58 : 46);
  const smallest = wide ? 64 : 40;
  if (offset === 0) {
    return [];
  }
  const [first] = readTable(source, { offset, entry, count: 1, smallest });
  const toldCount = reader.u16(header, wide ? 60 : 48);
  const toldNames = reader.u16(header, wide ? 62 : 50);
  // With very many sections, the first one has the numbers.
  const count = toldCount === 0 && first !== undefined ? reader.word(first, wide ? 32 : 20) : toldCount;
  const names =
    toldNames === extendedIndex && first !== undefined ? reader.u32(first, wide ? 40 : 24) : toldNames;
  const rows = readTable(source, { offset, entry, count, smallest });
  const place = (row: Buffer): { offset: number; size: number } => ({
    offset: reader.word(row, wide ? 24 : 16),
    size: reader.word(row, wide ? 32 : 20),
  });
  const nameRow = rows[names];
  if (nameRow === undefined) {
    return [];
  }
  const { offset: namesAt, size: namesSize } = place(nameRow);
  const texts = Buffer.from(readExactly(source, namesAt, Math.min(namesSize, maxTable)));
  return rows
    .filter((row) => reader.u32(row, 4) !== sectionTypes.noBits)
    .map((row) => ({
      name: nameAt(texts, reader.u32(row, 0)),
      address: reader.word(row, wide ? 16 : 12),
      ...place(row),
    }));
}

interface Table {
  readonly offset: number;
  readonly entry: number;
  readonly count: number;
  readonly smallest: number;
}

function readTable(source: ByteSource, { offset, entry, count, smallest }: Table): Buffer[] {
  if (count === 0) {
    return [];
  }
  if (entry < smallest || entry * count > maxTable) {
    throw damaged('a table of an ELF program is too large', { entry, count });
  }
  const bytes = Buffer.from(readExactly(source, offset, entry * count));
  return Array.from({ length: count }, (_, i) => bytes.subarray(i * entry, (i + 1) * entry));
}
