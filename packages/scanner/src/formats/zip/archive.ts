import { AppError } from '@lanner/core';
import { inflateRawSync } from 'node:zlib';
import { type ByteSource, damaged, readExactly, slicedSource, windowed } from '../../lib/source.ts';

const signatures = {
  local: 0x04034b50,
  central: 0x02014b50,
  end: 0x06054b50,
  end64: 0x06064b50,
  locator64: 0x07064b50,
} as const;
const lengths = { local: 30, central: 46, end: 22, end64: 56, locator64: 20 } as const;
const methods = { stored: 0, deflated: 8 } as const;
/** The comment behind the end record has at most this length. */
const maxComment = 0xffff;
const unknown32 = 0xffffffff;
const maxEntries = 1_000_000;
const maxName = 4096;

export interface ZipEntry {
  readonly name: string;
  /** Bytes in the archive. */
  readonly packedSize: number;
  /** Bytes that it says to have when unpacked. */
  readonly size: number;
  readonly method: number;
  readonly encrypted: boolean;
  /** Where its local header lies. */
  readonly offset: number;
}

/** A zip archive over a source that is read in parts. Archives with something in front of them are read too. */
export class ZipArchive {
  readonly #source: ByteSource;
  readonly #directory: Directory;

  /** Throws AppError 'artifact.parse' for what is no zip archive. */
  constructor(source: ByteSource) {
    this.#source = source;
    this.#directory = findDirectory(source);
  }

  /** The entries of the central directory in its order, folders left out. */
  *entries(): Generator<ZipEntry> {
    const { start, end, count, shift } = this.#directory;
    const window = windowed(slicedSource(this.#source, 0, end));
    let at = start;
    for (let i = 0; i < count; i++) {
      const head = readExactly(window, at, lengths.central);
      if (head.readUInt32LE(0) !== signatures.central) {
        throw damaged('an entry of the zip archive has no signature', { offset: at });
      }
      const [nameLength, extraLength, commentLength] = [28, 30, 32].map((field) => head.readUInt16LE(field));
      const rest = (nameLength ?? 0) + (extraLength ?? 0);
      const sizes = sizesOf(head);
      const tail = readExactly(window, at + lengths.central, rest);
      const name = tail.toString('utf8', 0, Math.min(maxName, nameLength ?? 0));
      const wide = withWideSizes(sizes, tail.subarray(nameLength ?? 0));
      if (!name.endsWith('/')) {
        yield { name, ...wide, offset: wide.offset + shift };
      }
      at += lengths.central + rest + (commentLength ?? 0);
    }
  }

  /** Throws AppError 'artifact.limit' when the entry unpacks to more than `limit` bytes, however much it says to have. */
  read(entry: ZipEntry, limit: number): Buffer {
    const packed = this.packed(entry);
    if (packed.size > limit || entry.size > limit) {
      throw tooLarge(entry, limit);
    }
    const bytes = readExactly(packed, 0, packed.size);
    return entry.method === methods.stored ? Buffer.from(bytes) : inflate(bytes, entry, limit);
  }

  /** The entry in place when it is stored without compression; null otherwise. */
  stored(entry: ZipEntry): ByteSource | null {
    return entry.method === methods.stored && !entry.encrypted ? this.packed(entry) : null;
  }

  /** The bytes of an entry as they lie in the archive. */
  packed(entry: ZipEntry): ByteSource {
    if (entry.encrypted || (entry.method !== methods.stored && entry.method !== methods.deflated)) {
      throw damaged('an entry of the zip archive is encrypted or compressed in a way that is not known', {
        entry: entry.name,
        method: entry.method,
      });
    }
    const head = readExactly(this.#source, entry.offset, lengths.local);
    if (head.readUInt32LE(0) !== signatures.local) {
      throw damaged('an entry of the zip archive has no header', { entry: entry.name });
    }
    const start = entry.offset + lengths.local + head.readUInt16LE(26) + head.readUInt16LE(28);
    if (start + entry.packedSize > this.#source.size) {
      throw damaged('an entry of the zip archive is cut off', { entry: entry.name });
    }
    return slicedSource(this.#source, start, entry.packedSize);
  }
}

function inflate(packed: Buffer, entry: ZipEntry, limit: number): Buffer {
  try {
    // An archive may lie about the size: what counts is the limit.
    const chunkSize = Math.max(1024, Math.min(entry.size, 1024 * 1024));
    return inflateRawSync(packed, { maxOutputLength: Math.max(1, limit), chunkSize });
  } catch (error) {
    if (error instanceof RangeError) {
      throw tooLarge(entry, limit);
    }
    throw new AppError('artifact.parse', 'An entry of the zip archive cannot be unpacked', {
      cause: error,
      details: { entry: entry.name },
    });
  }
}

function tooLarge(entry: ZipEntry, limit: number): AppError {
  return new AppError('artifact.limit', 'An entry of the zip archive is larger than what is unpacked', {
    details: { entry: entry.name, size: entry.size, limit },
  });
}

type Sizes = Omit<ZipEntry, 'name'>;

function sizesOf(head: Buffer): Sizes {
  return {
    encrypted: (head.readUInt16LE(8) & 1) !== 0,
    method: head.readUInt16LE(10),
    packedSize: head.readUInt32LE(20),
    size: head.readUInt32LE(24),
    offset: head.readUInt32LE(42),
  };
}

/** Sizes of more than 32 bits are in an extra field, each only where the usual place says so. */
function withWideSizes(sizes: Sizes, extra: Buffer): Sizes {
  for (let at = 0; at + 4 <= extra.length;) {
    const length = extra.readUInt16LE(at + 2);
    if (extra.readUInt16LE(at) === 1) {
      const field = extra.subarray(at + 4, at + 4 + length);
      let next = 0;
      const wide = (value: number): number => {
        const isHere = value === unknown32 && next + 8 <= field.length;
        next += isHere ? 8 : 0;
        return isHere ? readUInt64(field, next - 8) : value;
      };
      const size = wide(sizes.size);
      const packedSize = wide(sizes.packedSize);
      return { ...sizes, size, packedSize, offset: wide(sizes.offset) };
    }
    at += 4 + length;
  }
  return sizes;
}

interface Directory {
  readonly start: number;
  readonly end: number;
  readonly count: number;
  /** What lies in front of the archive, such as a program that unpacks it. */
  readonly shift: number;
}

function findDirectory(source: ByteSource): Directory {
  const tailLength = Math.min(source.size, lengths.end + maxComment);
  const tailStart = source.size - tailLength;
  const tail = Buffer.from(readExactly(source, tailStart, tailLength));
  for (let at = tail.length - lengths.end; at >= 0; at--) {
    if (
      tail.readUInt32LE(at) === signatures.end &&
      at + lengths.end + tail.readUInt16LE(at + 20) <= tail.length
    ) {
      return readEnd(source, tail.subarray(at), tailStart + at);
    }
  }
  throw damaged('this is no zip archive');
}

function readEnd(source: ByteSource, end: Buffer, offset: number): Directory {
  const wide = readWideEnd(source, offset);
  const { count, length, start, at } = wide ?? {
    count: end.readUInt16LE(10),
    length: end.readUInt32LE(12),
    start: end.readUInt32LE(16),
    at: offset,
  };
  const shift = at - length - start;
  if (shift < 0 || count > maxEntries || length > at) {
    throw damaged('the directory of the zip archive is outside of it', { start, length, count });
  }
  return { start: start + shift, end: at, count, shift };
}

/** The record of archives with sizes or offsets of more than 32 bits. */
function readWideEnd(
  source: ByteSource,
  endOffset: number,
): { count: number; length: number; start: number; at: number } | null {
  const locatorAt = endOffset - lengths.locator64;
  if (locatorAt < 0) {
    return null;
  }
  const locator = Buffer.from(readExactly(source, locatorAt, lengths.locator64));
  if (locator.readUInt32LE(0) !== signatures.locator64) {
    return null;
  }
  // Its place is told from the start of the archive; with something in front, it still lies right before the locator.
  for (const at of [readUInt64(locator, 8), locatorAt - lengths.end64]) {
    if (at < 0 || at + lengths.end64 > locatorAt) {
      continue;
    }
    const end = readExactly(source, at, lengths.end64);
    if (end.readUInt32LE(0) === signatures.end64) {
      return { count: readUInt64(end, 32), length: readUInt64(end, 40), start: readUInt64(end, 48), at };
    }
  }
  throw damaged('the end record of the zip archive is not where it should be');
}

function readUInt64(bytes: Buffer, at: number): number {
  return bytes.readUInt32LE(at) + bytes.readUInt32LE(at + 4) * 2 ** 32;
}
