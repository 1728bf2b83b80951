import { type ByteSource, damaged, readExactly, windowed } from '../../lib/source.ts';
import { FieldReader, maxTable, nameAt } from './fields.ts';
import type { ExecutableImage, Region } from './image.ts';

const segmentTypes = { load: 1 } as const;
const flags = { execute: 1, write: 2 } as const;
const sectionTypes = { noBits: 8 } as const;
/** The number of sections is elsewhere. */
const extendedIndex = 0xffff;
/** Headers and tables of most programs lie in three such windows. */
const window = 4096;

export function elfImage(file: ByteSource): ExecutableImage {
  const source = windowed(file, window);
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
  return Array.from(table.rows, (row) => ({
    type: reader.u32(table.bytes, row),
    flags: reader.u32(table.bytes, row + (wide ? 4 : 24)),
    region: {
      name: '',
      offset: reader.word(table.bytes, row + (wide ? 8 : 4)),
      address: reader.word(table.bytes, row + (wide ? 16 : 8)),
      size: reader.word(table.bytes, row + (wide ? 32 : 16)),
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
  const { count, names } = sectionNumbers(source, reader, { header, offset, entry, smallest });
  const { bytes, rows } = readTable(source, { offset, entry, count, smallest });
  if (names >= count) {
    return [];
  }
  const place = (row: number): { offset: number; size: number } => ({
    offset: reader.word(bytes, row + (wide ? 24 : 16)),
    size: reader.word(bytes, row + (wide ? 32 : 20)),
  });
  const { offset: namesAt, size: namesSize } = place(names * entry);
  const texts = Buffer.from(readExactly(source, namesAt, Math.min(namesSize, maxTable)));
  const found: Region[] = [];
  for (const row of rows) {
    if (reader.u32(bytes, row + 4) !== sectionTypes.noBits) {
      const name = nameAt(texts, reader.u32(bytes, row));
      found.push({ name, address: reader.word(bytes, row + (wide ? 16 : 12)), ...place(row) });
    }
  }
  return found;
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
  /** Where each row begins. */
  readonly rows: readonly number[];
}

function readTable(source: ByteSource, { offset, entry, count, smallest }: Table): TableBytes {
  if (count === 0) {
    return { bytes: Buffer.alloc(0), rows: [] };
  }
  if (entry < smallest || entry * count > maxTable) {
    throw damaged('a table of an ELF program is too large', { entry, count });
  }
  const bytes = Buffer.from(readExactly(source, offset, entry * count));
  return { bytes, rows: Array.from({ length: count }, (_, i) => i * entry) };
}
