import { type ByteSource, damaged, readExactly, windowed } from '../../lib/source.ts';

const magic = 'SQLite format 3\0';
const pageKinds = { interior: 0x05, leaf: 0x0d } as const;
/** A table of more levels than this has more rows than there are atoms. */
const maxDepth = 20;
const maxRow = 256 * 1024 * 1024;

export type SqliteValue = number | bigint | string | Buffer | null;

export function hasSqliteMagic(start: Buffer): boolean {
  return start.toString('latin1', 0, magic.length) === magic;
}

/** Tables of an SQLite database, read row by row without a library: nothing is written, little is in memory. */
export class SqliteFile {
  readonly #source: ByteSource;
  readonly #pageLength: number;
  /** Bytes of a page that are used; the rest belongs to extensions. */
  readonly #usable: number;
  readonly #pages: number;

  constructor(source: ByteSource) {
    const header = readExactly(source, 0, 100);
    if (!hasSqliteMagic(header)) {
      throw damaged('this is no SQLite database');
    }
    const length = header.readUInt16BE(16);
    this.#pageLength = length === 1 ? 65_536 : length;
    this.#usable = this.#pageLength - header.readUInt8(20);
    if (this.#pageLength < 512 || (this.#pageLength & (this.#pageLength - 1)) !== 0 || this.#usable < 480) {
      throw damaged('the pages of the SQLite database have an impossible length', { length });
    }
    this.#source = windowed(source);
    this.#pages = Math.floor(source.size / this.#pageLength);
  }

  /** The rows of a table in the order of their keys; none when there is no such table. */
  *rows(table: string): Generator<readonly SqliteValue[]> {
    for (const [type, name, , rootPage] of this.#tree(1)) {
      if (type === 'table' && name === table && typeof rootPage === 'number') {
        yield* this.#tree(rootPage);
        return;
      }
    }
  }

  *#tree(root: number): Generator<readonly SqliteValue[]> {
    const seen = new Set<number>();
    const waiting: { page: number; depth: number }[] = [{ page: root, depth: 0 }];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const { page, depth } = next;
      if (seen.has(page) || depth > maxDepth) {
        throw damaged('the pages of a table of the SQLite database form a circle', { page });
      }
      seen.add(page);
      const { kind, bytes, cells } = this.#page(page);
      if (kind === pageKinds.leaf) {
        for (const cell of cells) {
          yield this.#row(bytes, cell);
        }
        continue;
      }
      // The first child comes first, so it goes on last.
      const start = page === 1 ? 100 : 0;
      waiting.push({ page: bytes.readUInt32BE(start + 8), depth: depth + 1 });
      for (const cell of cells.toReversed()) {
        waiting.push({ page: readWithin(bytes, cell, 4).readUInt32BE(0), depth: depth + 1 });
      }
    }
  }

  /** A page of a table, copied; offsets of its cells in the order of their keys. */
  #page(number: number): { kind: number; bytes: Buffer; cells: number[] } {
    const bytes = Buffer.from(this.#rawPage(number));
    const start = number === 1 ? 100 : 0;
    const kind = bytes.readUInt8(start);
    const isInterior = kind === pageKinds.interior;
    if (!isInterior && kind !== pageKinds.leaf) {
      throw damaged('a page of the SQLite database is not one of a table', { page: number, kind });
    }
    const count = bytes.readUInt16BE(start + 3);
    const pointers = readWithin(bytes, start + (isInterior ? 12 : 8), count * 2);
    return { kind, bytes, cells: Array.from({ length: count }, (_, i) => pointers.readUInt16BE(i * 2)) };
  }

  #rawPage(number: number): Buffer {
    if (number < 1 || number > this.#pages) {
      throw damaged('a page of the SQLite database does not exist', { page: number });
    }
    return readExactly(this.#source, (number - 1) * this.#pageLength, this.#pageLength);
  }

  #row(page: Buffer, cell: number): readonly SqliteValue[] {
    const [length, afterLength] = readVarint(page, cell);
    const [, start] = readVarint(page, afterLength);
    if (length > maxRow || length > this.#pages * this.#pageLength) {
      throw damaged('a row of the SQLite database is longer than the file', { length });
    }
    const local = this.#localLength(length);
    const inPage = readWithin(page, start, local);
    if (local === length) {
      return readRecord(inPage);
    }
    const overflow = readWithin(page, start + local, 4).readUInt32BE(0);
    return readRecord(this.#overflow(inPage, overflow, length));
  }

  /** How many bytes of a row are in its leaf page; the rest is in a chain of overflow pages. */
  #localLength(length: number): number {
    const max = this.#usable - 35;
    if (length <= max) {
      return length;
    }
    const min = Math.floor(((this.#usable - 12) * 32) / 255) - 23;
    const rest = min + ((length - min) % (this.#usable - 4));
    return rest <= max ? rest : min;
  }

  #overflow(start: Buffer, first: number, length: number): Buffer {
    const row = Buffer.allocUnsafe(length);
    let filled = start.copy(row);
    for (let number = first; filled < length;) {
      const page = this.#rawPage(number);
      filled += page.copy(row, filled, 4, this.#usable);
      number = page.readUInt32BE(0);
    }
    return row;
  }
}

/** A row: lengths and types of the columns, then their values. */
function readRecord(record: Buffer): readonly SqliteValue[] {
  const [headerLength, first] = readVarint(record, 0);
  const values: SqliteValue[] = [];
  let body = headerLength;
  for (let at = first; at < headerLength;) {
    const [type, next] = readVarint(record, at);
    const length = columnLength(type);
    values.push(columnValue(type, readWithin(record, body, length)));
    body += length;
    at = next;
  }
  return values;
}

const numberLengths = [0, 1, 2, 3, 4, 6, 8, 8, 0, 0] as const;

function columnLength(type: number): number {
  return type >= 12 ? Math.floor((type - 12) / 2) : (numberLengths[type] ?? 0);
}

function columnValue(type: number, bytes: Buffer): SqliteValue {
  if (type >= 12) {
    return type % 2 === 0 ? bytes : bytes.toString('utf8');
  }
  switch (type) {
    case 6:
      return bytes.readBigInt64BE(0);
    case 7:
      return bytes.readDoubleBE(0);
    case 8:
    case 9:
      return type - 8;
    default:
      return bytes.length === 0 ? null : bytes.readIntBE(0, bytes.length);
  }
}

/** Seven bits a byte, the highest one says that more follow; of a ninth byte all eight count. */
function readVarint(bytes: Buffer, at: number): [value: number, next: number] {
  let value = 0;
  for (let i = 0; i < 9; i++) {
    const byte = readWithin(bytes, at + i, 1).readUInt8(0);
    if (i === 8) {
      return [value * 256 + byte, at + 9];
    }
    value = value * 128 + (byte & 0x7f);
    if (byte < 0x80) {
      return [value, at + i + 1];
    }
  }
  return [value, at + 9];
}

function readWithin(bytes: Buffer, at: number, length: number): Buffer {
  if (at < 0 || !(at + length <= bytes.length)) {
    throw damaged('a row of the SQLite database reaches over its end', { at, length });
  }
  return bytes.subarray(at, at + length);
}
