import { type ByteSource, damaged, readExactly, windowed } from '../../lib/source.ts';

const hashMagic = 0x061561;
const pageTypes = { hashUnsorted: 2, overflow: 7, hashMeta: 8, hash: 13 } as const;
const itemTypes = { keyData: 1, offPage: 3 } as const;
const pageHeaderLength = 26;
const offPageLength = 12;

interface Page {
  readonly bytes: Buffer;
  readonly next: number;
  readonly entries: number;
  /** On overflow pages the number of bytes in use. */
  readonly used: number;
  readonly type: number;
}

export function isBerkeley(start: Buffer): boolean {
  return start.length >= 36 && (start.readUInt32LE(12) === hashMagic || start.readUInt32BE(12) === hashMagic);
}

/** The values of a hash table of Berkeley DB, `Packages`; both byte orders. */
export function* berkeleyHeaders(source: ByteSource): Generator<Buffer> {
  const table = new HashFile(source);
  for (let number = 1; number <= table.lastPage; number++) {
    const page = table.page(number);
    if (page.type === pageTypes.hash || page.type === pageTypes.hashUnsorted) {
      // The page is copied: reading its overflow pages may move the window.
      yield* table.values({ ...page, bytes: Buffer.from(page.bytes) });
    }
  }
}

class HashFile {
  readonly lastPage: number;
  readonly #source: ByteSource;
  readonly #pageLength: number;
  readonly #little: boolean;

  constructor(source: ByteSource) {
    const meta = Buffer.from(readExactly(source, 0, 72));
    this.#little = meta.readUInt32LE(12) === hashMagic;
    this.#pageLength = this.#u32(meta, 20);
    const { length } = { length: this.#pageLength };
    if (meta.readUInt8(25) !== pageTypes.hashMeta || length < 512 || length > 65_536 || length % 512 !== 0) {
      throw damaged('this is no hash table of Berkeley DB', { pageLength: length });
    }
    this.#source = windowed(source);
    this.lastPage = Math.min(this.#u32(meta, 32), Math.floor(source.size / length) - 1);
  }

  page(number: number): Page {
    const bytes = readExactly(this.#source, number * this.#pageLength, this.#pageLength);
    return {
      bytes,
      next: this.#u32(bytes, 16),
      entries: this.#u16(bytes, 20),
      used: this.#u16(bytes, 22),
      type: bytes.readUInt8(25),
    };
  }

  /** Keys and values lie in turns; offsets are in front, items grow from the end of the page. */
  *values({ bytes, entries }: Page): Generator<Buffer> {
    if (pageHeaderLength + entries * 2 > bytes.length) {
      throw damaged('a page of Berkeley DB has more items than room', { entries });
    }
    for (let item = 1; item < entries; item += 2) {
      const start = this.#u16(bytes, pageHeaderLength + item * 2);
      const end = this.#u16(bytes, pageHeaderLength + (item - 1) * 2);
      if (start < pageHeaderLength || start >= bytes.length) {
        throw damaged('an item of Berkeley DB is outside of its page', { start });
      }
      const type = bytes.readUInt8(start);
      if (type === itemTypes.offPage && start + offPageLength <= bytes.length) {
        yield this.#overflow(this.#u32(bytes, start + 4), this.#u32(bytes, start + 8));
      } else if (type === itemTypes.keyData && end > start) {
        yield bytes.subarray(start + 1, end);
      }
    }
  }

  /** A long value lies in a chain of pages of its own. */
  #overflow(first: number, length: number): Buffer {
    if (length > this.#source.size) {
      throw damaged('a value of Berkeley DB is longer than the file', { length });
    }
    const value = Buffer.allocUnsafe(length);
    let filled = 0;
    for (let number = first; number !== 0 && filled < length;) {
      const { bytes, next, used, type } = this.page(number);
      if (type !== pageTypes.overflow || used === 0) {
        throw damaged('a value of Berkeley DB has a page that is not its own', { page: number });
      }
      filled += bytes.copy(value, filled, pageHeaderLength, pageHeaderLength + used);
      number = next;
    }
    if (filled < length) {
      throw damaged('a value of Berkeley DB is cut off', { length, filled });
    }
    return value;
  }

  #u32(bytes: Buffer, at: number): number {
    return this.#little ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at);
  }

  #u16(bytes: Buffer, at: number): number {
    return this.#little ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at);
  }
}
