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
  const sections = sectionTable(source, reader, header);
  const hasSections = sections !== null && hasContent(sections, reader);
  return {
    section: (name) => (sections === null ? null : sectionNamed(name, sections, reader)),
    get segments() {
      return segmentsOf(programs, reader);
    },
    data: hasSections ? null : dataOf(programs, reader),
  };
}

function programTable(source: ByteSource, reader: FieldReader, header: Buffer): TableBytes {
  const { wide } = reader;
  return readTable(source, {
    offset: reader.word(header, wide ? 32 : 28),
    entry: reader.u16(header, wide ? 54 : 42),
    count: reader.u16(header, wide ? 56 : 44),
    smallest: wide ? 56 : 32,
  });
}

/** Loaded parts of the program, as rows of the table. */
function* loadedRows({ bytes, count, entry }: TableBytes, reader: FieldReader): Generator<number> {
  for (let row = 0; row < count * entry; row += entry) {
    if (reader.u32(bytes, row) === segmentTypes.load) {
      yield row;
    }
  }
}

function segmentAt({ bytes }: TableBytes, row: number, reader: FieldReader): Region {
  const { wide } = reader;
  return {
    name: '',
    offset: reader.word(bytes, row + (wide ? 8 : 4)),
    address: reader.word(bytes, row + (wide ? 16 : 8)),
    size: reader.word(bytes, row + (wide ? 32 : 16)),
  };
}

function segmentsOf(programs: TableBytes, reader: FieldReader): Region[] {
  return Array.from(loadedRows(programs, reader), (row) => segmentAt(programs, row, reader));
}

/** The first part that the program may write and not run. */
function dataOf(programs: TableBytes, reader: FieldReader): Region | null {
  for (const row of loadedRows(programs, reader)) {
    const access = reader.u32(programs.bytes, row + (reader.wide ? 4 : 24));
    if ((access & (flags.execute | flags.write)) === flags.write) {
      return segmentAt(programs, row, reader);
    }
  }
  return null;
}

interface SectionTable extends TableBytes {
  /** The names, each behind the other. */
  readonly texts: Buffer;
}

function sectionTable(source: ByteSource, reader: FieldReader, header: Buffer): SectionTable | null {
  const { wide } = reader;
  const offset = reader.word(header, wide ? 40 : 32);
  const entry = reader.u16(header, wide ? 58 : 46);
  const smallest = wide ? 64 : 40;
  if (offset === 0) {
    return null;
  }
  const { count, names } = sectionNumbers(source, reader, { header, offset, entry, smallest });
  const table = readTable(source, { offset, entry, count, smallest });
  if (names >= count) {
    return null;
  }
  const { offset: namesAt, size } = placeAt(table, names * entry, reader);
  return { ...table, texts: Buffer.from(readExactly(source, namesAt, Math.min(size, maxTable))) };
}

/** Whether a section has bytes in the file. */
function hasContent({ bytes, count, entry }: TableBytes, reader: FieldReader): boolean {
  for (let row = 0; row < count * entry; row += entry) {
    if (reader.u32(bytes, row + 4) !== sectionTypes.noBits) {
      return true;
    }
  }
  return false;
}

function sectionNamed(name: string, table: SectionTable, reader: FieldReader): Region | null {
  const { bytes, count, entry, texts } = table;
  // Most programs have no section of such a name, and then no row has to be looked at.
  if (!texts.includes(name, 0, 'latin1')) {
    return null;
  }
  for (let row = 0; row < count * entry; row += entry) {
    const isInFile = reader.u32(bytes, row + 4) !== sectionTypes.noBits;
    if (isInFile && nameAt(texts, reader.u32(bytes, row)) === name) {
      const address = reader.word(bytes, row + (reader.wide ? 16 : 12));
      return { name, address, ...placeAt(table, row, reader) };
    }
  }
  return null;
}

function placeAt({ bytes }: TableBytes, row: number, reader: FieldReader): { offset: number; size: number } {
  const { wide } = reader;
  return {
    offset: reader.word(bytes, row + (wide ? 24 : 16)),
    size: reader.word(bytes, row + (wide ? 32 : 20)),
  };
}

/** How many sections there are, and which one has their names. With very many, the first one tells. */
function sectionNumbers(
  source: ByteSource,
  reader: FieldReader,
  { header, ...table }: Omit<Table, 'count'> & { readonly header: Buffer },
): { count: number; names: number } {
  const { wide } = reader;
  const first = readTable(source, { ...table, count: 1 }).bytes;
  const count = reader.u16(header, wide ? 60 : 48);
  const names = reader.u16(header, wide ? 62 : 50);
  return {
    count: count === 0 ? reader.word(first, wide ? 32 : 20) : count,
    names: names === extendedIndex ? reader.u32(first, wide ? 40 : 24) : names,
  };
}

interface Table {
  readonly offset: number;
  readonly entry: number;
  readonly count: number;
  readonly smallest: number;
}

interface TableBytes {
  readonly bytes: Buffer;
  /** Rows. */
  readonly count: number;
  /** Bytes of a row. */
  readonly entry: number;
}

function readTable(source: ByteSource, { offset, entry, count, smallest }: Table): TableBytes {
  if (count === 0) {
    return { bytes: Buffer.alloc(0), count, entry };
  }
  if (entry < smallest || entry * count > maxTable) {
    throw damaged('a table of an ELF program is too large', { entry, count });
  }
  return { bytes: Buffer.from(readExactly(source, offset, entry * count)), count, entry };
}
