import { constants, crc32, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { AppError } from '@lanner/core';

/** With a checksum, so that a damaged disk is noticed. */
export const zstdOptions = {
  params: {
    [constants.ZSTD_c_compressionLevel]: 6,
    [constants.ZSTD_c_checksumFlag]: 1,
  },
};

export interface TextRecord {
  readonly texts: string;
  readonly rest: string;
}

/** Records of consecutive alerts, unpacked. */
export interface Block {
  readonly rows: number;
  /** The texts of all, one after another. */
  readonly texts: string;
  /** Where the texts of a record end, in `texts`. */
  readonly textEnds: Uint32Array;
  readonly record: (row: number) => TextRecord;
}

/** Checksum, length of the texts, texts, rest: an alert that is not in a block yet. */
export function encodeRecord(texts: string, rest: string): Uint8Array {
  const textBytes = Buffer.byteLength(texts);
  const bytes = Buffer.allocUnsafe(8 + textBytes + Buffer.byteLength(rest));
  bytes.writeUInt32LE(textBytes, 4);
  bytes.write(texts, 8);
  bytes.write(rest, 8 + textBytes);
  bytes.writeUInt32LE(crc32(bytes.subarray(4)), 0);
  return bytes;
}

/** Throws AppError 'store.failed' for a damaged record. */
export function decodeRecord(packed: Uint8Array): TextRecord {
  const bytes = Buffer.from(packed.buffer, packed.byteOffset, packed.byteLength);
  if (bytes.length < 8 || bytes.readUInt32LE(0) !== crc32(bytes.subarray(4))) {
    throw new AppError('store.failed', 'The record of an alert is damaged');
  }
  const end = 8 + bytes.readUInt32LE(4);
  return { texts: bytes.toString('utf8', 8, end), rest: bytes.toString('utf8', end) };
}

export function encodeBlock(records: readonly TextRecord[]): Uint8Array {
  const rows = records.length;
  const texts = Buffer.from(records.map((record) => record.texts).join(''));
  const rests = records.map(({ rest }) => Buffer.from(rest));
  const head = new Uint32Array(2 + 2 * rows);
  head[0] = rows;
  head[1] = texts.length;
  for (const [row, record] of records.entries()) {
    head[2 + row] = record.texts.length;
    head[2 + rows + row] = (rests[row] as Buffer).length;
  }
  return zstdCompressSync(Buffer.concat([new Uint8Array(head.buffer), texts, ...rests]), zstdOptions);
}

/** Throws AppError 'store.failed' for a damaged block. */
export function decodeBlock(packed: Uint8Array): Block {
  const bytes = inflate(packed);
  const rows = bytes.readUInt32LE(0);
  const textStart = 8 + 8 * rows;
  const restStart = textStart + bytes.readUInt32LE(4);
  const texts = bytes.toString('utf8', textStart, restStart);
  const textEnds = new Uint32Array(rows);
  const restEnds = new Uint32Array(rows);
  for (let row = 0, textEnd = 0, restEnd = restStart; row < rows; row++) {
    textEnd += bytes.readUInt32LE(8 + 4 * row);
    restEnd += bytes.readUInt32LE(8 + 4 * (rows + row));
    textEnds[row] = textEnd;
    restEnds[row] = restEnd;
  }
  return {
    rows,
    texts,
    textEnds,
    record: (row) => ({
      texts: texts.slice(row === 0 ? 0 : textEnds[row - 1], textEnds[row]),
      rest: bytes.toString('utf8', row === 0 ? restStart : restEnds[row - 1], restEnds[row]),
    }),
  };
}

function inflate(packed: Uint8Array): Buffer {
  try {
    return zstdDecompressSync(packed);
  } catch (cause) {
    throw new AppError('store.failed', 'A block of alerts is damaged', { cause });
  }
}
