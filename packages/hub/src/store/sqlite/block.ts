import { constants, crc32, zstdCompressSync } from 'node:zlib';
import type { AppError } from '@lanner/core';
import { damagedContent } from './damage.ts';
import { inflate } from './inflate.ts';

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

/** Texts of consecutive alerts, unpacked: what is looked at for phrases. */
export interface BlockTexts {
  readonly rows: number;
  /** UTF-8, one after another. */
  readonly bytes: Buffer;
  /** Where the texts of a record begin in `bytes`; one more than rows. */
  readonly starts: Uint32Array;
}

/** Records of consecutive alerts, unpacked. */
export interface Block {
  readonly rows: number;
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
    throw damagedContent('The record of an alert is damaged');
  }
  const end = 8 + bytes.readUInt32LE(4);
  return { texts: bytes.toString('utf8', 8, end), rest: bytes.toString('utf8', end) };
}

/**
 * Two frames, as texts are often looked at without the rest: the length of the first, then in each the number of rows, the
 * length of each, and what they are.
 */
export function encodeBlock(records: readonly TextRecord[]): Uint8Array {
  const texts = encodePart(records.map((record) => record.texts));
  const head = Buffer.allocUnsafe(4);
  head.writeUInt32LE(texts.length);
  return Buffer.concat([head, texts, encodePart(records.map(({ rest }) => rest))]);
}

function encodePart(parts: readonly string[]): Buffer {
  const start = 4 + 4 * parts.length;
  let size = start;
  for (const part of parts) {
    size += Buffer.byteLength(part);
  }
  const bytes = size <= scratch.length ? scratch : Buffer.allocUnsafe(size);
  bytes.writeUInt32LE(parts.length);
  let at = start;
  for (const [row, part] of parts.entries()) {
    const length = bytes.write(part, at);
    bytes.writeUInt32LE(length, 4 + 4 * row);
    at += length;
  }
  return zstdCompressSync(bytes.subarray(0, size), zstdOptions);
}

/** Each block is put together here: memory of its size that comes and goes is memory that the C library keeps. */
const scratch = Buffer.allocUnsafeSlow(512 * 1024);

/** Throws AppError 'store.failed' for a damaged block. */
export function decodeTexts(packed: Uint8Array): BlockTexts {
  return isOld(packed) ? decodeOld(packed).texts : decodePart(framesOf(packed).texts);
}

/** Throws AppError 'store.failed' for a damaged block. */
export function decodeBlock(packed: Uint8Array): Block {
  const { texts, rests } = isOld(packed)
    ? decodeOld(packed)
    : { texts: decodePart(framesOf(packed).texts), rests: decodePart(framesOf(packed).rests) };
  return {
    rows: texts.rows,
    record: (row) => ({ texts: textOf(texts, row), rest: textOf(rests, row) }),
  };
}

function textOf({ bytes, starts }: BlockTexts, row: number): string {
  return bytes.toString('utf8', starts[row], starts[row + 1]);
}

function framesOf(packed: Uint8Array): { texts: Uint8Array; rests: Uint8Array } {
  if (packed.length < 4) {
    throw damaged();
  }
  const end = 4 + new DataView(packed.buffer, packed.byteOffset).getUint32(0, true);
  return { texts: packed.subarray(4, end), rests: packed.subarray(end) };
}

function decodePart(packed: Uint8Array): BlockTexts {
  const bytes = unpack(packed);
  const rows = bytes.readUInt32LE(0);
  const starts = new Uint32Array(rows + 1);
  let start = 4 + 4 * rows;
  for (let row = 0; row < rows; row++) {
    starts[row] = start;
    start += bytes.readUInt32LE(4 + 4 * row);
  }
  starts[rows] = start;
  return { rows, bytes, starts };
}

/** Blocks of schema 1 are one frame: they begin with the number that frames begin with. */
function isOld(packed: Uint8Array): boolean {
  return (
    packed.length >= 4 && new DataView(packed.buffer, packed.byteOffset).getUint32(0, true) === frameMagic
  );
}

const frameMagic = 0xfd2fb528;

/** Rows, length of all texts, characters of the texts of each, bytes of the rest of each, texts, rests. */
function decodeOld(packed: Uint8Array): { texts: BlockTexts; rests: BlockTexts } {
  const bytes = unpack(packed);
  const rows = bytes.readUInt32LE(0);
  const textStart = 8 + 8 * rows;
  const restStart = textStart + bytes.readUInt32LE(4);
  const all = bytes.toString('utf8', textStart, restStart);
  const texts = new Uint32Array(rows + 1);
  const rests = new Uint32Array(rows + 1);
  texts[0] = textStart;
  rests[0] = restStart;
  for (let row = 0, at = 0; row < rows; row++) {
    const end = at + bytes.readUInt32LE(8 + 4 * row);
    texts[row + 1] = (texts[row] as number) + Buffer.byteLength(all.slice(at, end));
    rests[row + 1] = (rests[row] as number) + bytes.readUInt32LE(8 + 4 * (rows + row));
    at = end;
  }
  return { texts: { rows, bytes, starts: texts }, rests: { rows, bytes, starts: rests } };
}

function unpack(packed: Uint8Array): Buffer {
  try {
    return inflate(packed);
  } catch (cause) {
    throw damaged(cause);
  }
}

function damaged(cause?: unknown): AppError {
  return damagedContent('A block of alerts is damaged', cause);
}
