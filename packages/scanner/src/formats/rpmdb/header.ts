import { damaged } from '../../lib/source.ts';

/** Numbers of the tags that are used here. */
export const tags = {
  sigMd5: 261,
  name: 1000,
  version: 1001,
  release: 1002,
  epoch: 1003,
  vendor: 1011,
  license: 1014,
  arch: 1022,
  oldFileNames: 1027,
  sourceRpm: 1044,
  provideName: 1047,
  requireName: 1049,
  dirIndexes: 1116,
  baseNames: 1117,
  dirNames: 1118,
  modularityLabel: 5096,
} as const;

interface Entry {
  readonly type: number;
  /** From the start of the data. */
  readonly offset: number;
  readonly count: number;
}

const types = { char: 1, int8: 2, int16: 3, int32: 4, string: 6, binary: 7, strings: 8, i18n: 9 } as const;
const entryLength = 16;
/** As rpm itself limits them. */
const maxEntries = 0xffff;
const maxData = 256 * 1024 * 1024;
/** Values of one list; a package of a distribution has some ten thousand files. */
const maxValues = 2_000_000;

/** The header of a package: values by tag, read when asked for. */
export class RpmHeader {
  /** Bytes from the start of the header to its end. */
  readonly length: number;
  readonly #entries = new Map<number, Entry>();
  readonly #data: Buffer;

  /** `bytes` starts at the number of entries. Throws AppError 'artifact.parse'. */
  constructor(bytes: Buffer) {
    const { entries, data } = headerSizes(bytes);
    const dataStart = 8 + entries * entryLength;
    this.length = dataStart + data;
    if (this.length > bytes.length) {
      throw damaged('an rpm header is cut off', { entries, data, length: bytes.length });
    }
    this.#data = bytes.subarray(dataStart, this.length);
    for (let at = 8; at < dataStart; at += entryLength) {
      const offset = bytes.readInt32BE(at + 8);
      const count = bytes.readUInt32BE(at + 12);
      if (offset >= 0 && offset < data) {
        this.#entries.set(bytes.readUInt32BE(at), { type: bytes.readUInt32BE(at + 4), offset, count });
      }
    }
  }

  /** The first text of a tag; empty when there is none. */
  text(tag: number): string {
    return this.#texts(tag, 1)[0] ?? '';
  }

  texts(tag: number): string[] {
    return this.#texts(tag, maxValues);
  }

  /** Numbers without sign. */
  numbers(tag: number): number[] {
    const entry = this.#entries.get(tag);
    const width = entry === undefined ? undefined : widthOf(entry.type);
    if (entry === undefined || width === undefined) {
      return [];
    }
    const count = Math.min(entry.count, maxValues);
    if (entry.offset + count * width > this.#data.length) {
      throw damaged('numbers of an rpm header are cut off', { tag });
    }
    return Array.from({ length: count }, (_, i) => this.#data.readUIntBE(entry.offset + i * width, width));
  }

  /** null when there are none. */
  binary(tag: number): Buffer | null {
    const entry = this.#entries.get(tag);
    return entry?.type === types.binary
      ? this.#data.subarray(entry.offset, entry.offset + entry.count)
      : null;
  }

  #texts(tag: number, limit: number): string[] {
    const entry = this.#entries.get(tag);
    const found: string[] = [];
    if (entry === undefined || !isText(entry.type)) {
      return found;
    }
    const count = Math.min(limit, entry.type === types.string ? 1 : entry.count);
    for (let at = entry.offset; found.length < count && at < this.#data.length;) {
      const zero = this.#data.indexOf(0, at);
      const end = zero < 0 ? this.#data.length : zero;
      found.push(this.#data.toString('utf8', at, end));
      at = end + 1;
    }
    return found;
  }
}

/** The sizes that the first eight bytes of a header tell, within the limits. */
export function headerSizes(bytes: Buffer): { entries: number; data: number; length: number } {
  if (bytes.length < 8) {
    throw damaged('an rpm header is cut off', { length: bytes.length });
  }
  const entries = bytes.readUInt32BE(0);
  const data = bytes.readUInt32BE(4);
  if (entries === 0 || entries > maxEntries || data > maxData) {
    throw damaged('an rpm header has sizes that cannot be', { entries, data });
  }
  return { entries, data, length: 8 + entries * entryLength + data };
}

function widthOf(type: number): number | undefined {
  if (type === types.char || type === types.int8) {
    return 1;
  }
  return type === types.int16 ? 2 : type === types.int32 ? 4 : undefined;
}

function isText(type: number): boolean {
  return type === types.string || type === types.strings || type === types.i18n;
}
