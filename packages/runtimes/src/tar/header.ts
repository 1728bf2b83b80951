import { AppError } from '@lanner/core';

export const blockSize = 512;

/** What kind of thing an entry is; `meta` entries describe the one that follows them. */
export type TarType = 'file' | 'directory' | 'symlink' | 'hardlink' | 'device' | 'meta';

/** One header block. */
export interface TarHeader {
  /** As written, cleaned of nothing. */
  readonly name: string;
  readonly linkName: string;
  /** Bytes of content that follow. */
  readonly size: number;
  readonly mode: number;
  /** The letter of the format: `0` file, `x` pax records of the next entry, `L` its long name … */
  readonly flag: string;
  readonly type: TarType;
  readonly block: Buffer;
}

const typesByFlag: Readonly<Record<string, TarType>> = {
  '0': 'file',
  '\0': 'file',
  '7': 'file',
  S: 'file',
  '1': 'hardlink',
  '2': 'symlink',
  '3': 'device',
  '4': 'device',
  '6': 'device',
  '5': 'directory',
  D: 'directory',
  x: 'meta',
  g: 'meta',
  L: 'meta',
  K: 'meta',
};

/** Null for a block of zeros, which ends an archive. Throws AppError 'artifact.parse' for a damaged block. */
export function parseHeader(block: Buffer): TarHeader | null {
  const stored = number(block, 148, 8);
  if (stored === 0 && isZero(block)) {
    return null;
  }
  if (stored !== checksum(block)) {
    throw damaged();
  }
  const flag = String.fromCharCode(block[156] ?? 0);
  const name = headerName(block);
  // Before ustar, a folder was a file whose name ends in a slash.
  const type = flag === '\0' && name.endsWith('/') ? 'directory' : (typesByFlag[flag] ?? 'device');
  const hasContent = type === 'file' || type === 'meta' || !(flag in typesByFlag);
  return {
    name,
    linkName: text(block, 157, 100),
    size: hasContent ? number(block, 124, 12) : 0,
    mode: number(block, 100, 8) & 0o7777,
    flag,
    type,
    block,
  };
}

/** The bytes of content with their padding. */
export function paddedSize(size: number): number {
  return Math.ceil(size / blockSize) * blockSize;
}

/** A number field: octal digits, or GNU's base 256 when the first bit is set. Throws AppError 'artifact.parse'. */
export function number(bytes: Buffer, start: number, length: number): number {
  const first = bytes[start] ?? 0;
  if (first >= 0x80) {
    return base256(bytes, start, length);
  }
  let value = 0;
  let i = start;
  const end = start + length;
  while (i < end && (bytes[i] === 0x20 || bytes[i] === 0)) {
    i++;
  }
  for (; i < end; i++) {
    const byte = bytes[i] ?? 0;
    if (byte === 0 || byte === 0x20) {
      break;
    }
    if (byte < 0x30 || byte > 0x37) {
      throw damaged();
    }
    value = value * 8 + (byte - 0x30);
  }
  return value;
}

function base256(bytes: Buffer, start: number, length: number): number {
  const first = bytes[start] ?? 0;
  // A set second bit is the sign: no field of an archive may be negative where it matters here.
  let value = first & 0x40 ? -1 : first & 0x3f;
  for (let i = start + 1; i < start + length && value >= 0; i++) {
    value = value * 256 + (bytes[i] ?? 0);
  }
  if (value < 0 || value > Number.MAX_SAFE_INTEGER) {
    throw damaged();
  }
  return value;
}

/** Text up to the first NUL. */
export function text(bytes: Buffer, start: number, length: number): string {
  let end = start;
  while (end < start + length && bytes[end] !== 0) {
    end++;
  }
  return bytes.toString('utf8', start, end);
}

function headerName(block: Buffer): string {
  const name = text(block, 0, 100);
  // GNU's own format ("ustar  ") uses the prefix field for other things.
  const posix = block.toString('latin1', 257, 263) === 'ustar\0';
  const prefix = posix ? text(block, 345, 155) : '';
  return prefix === '' ? name : `${prefix}/${name}`;
}

function checksum(block: Buffer): number {
  let sum = 8 * 0x20;
  for (let i = 0; i < blockSize; i++) {
    sum += i >= 148 && i < 156 ? 0 : (block[i] ?? 0);
  }
  return sum;
}

function isZero(block: Buffer): boolean {
  return block.every((byte) => byte === 0);
}

export function damaged(): AppError {
  return new AppError('artifact.parse', 'the archive has a damaged header');
}
