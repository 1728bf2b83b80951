import { type FileHandle, open } from 'node:fs/promises';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { AppError } from '@lanner/core';
import { maxPayloadBytes, recordHeaderBytes, scanRecords } from './record.ts';

/** The schema that this version writes. */
export const spoolSchema = 1;

/** magic, schema, CRC of what follows, first number, last number of the segment before, time. */
export const segmentHeaderBytes = 40;
const magic = Buffer.from('LNRSPOOL');
const namePattern = /^(\d{16})\.seg$/;

/** More than the largest segment has; the rest of a file that is longer is not ours. */
const maxSegmentBytes = 2 * maxPayloadBytes + 16 * 2 ** 20;

/** One file of a spool: what of it is on disk. */
export interface Segment {
  readonly path: string;
  /** The number that its first record has, or would have. */
  readonly first: number;
  /** Number of its last record; `first - 1` while there is none. */
  last: number;
  /** Records that can be read. */
  records: number;
  /** Bytes that are on disk and may be read. */
  bytes: number;
  /** Times of its oldest and newest record, ms since the epoch. */
  oldestMs: number;
  newestMs: number;
}

export interface ReadSegment extends Segment {
  /** Last number of the segment before; null when the header is damaged. */
  readonly previousLast: number | null;
  /** Records that are missing before its last. */
  readonly missing: number;
  /** Damaged bytes. */
  readonly skippedBytes: number;
}

export function segmentName(first: number): string {
  return `${String(first).padStart(16, '0')}.seg`;
}

export function encodeSegmentHeader(first: number, previousLast: number, atMs: number): Buffer {
  const bytes = Buffer.alloc(segmentHeaderBytes);
  magic.copy(bytes);
  bytes.writeUInt32LE(spoolSchema, 8);
  bytes.writeDoubleLE(first, 16);
  bytes.writeDoubleLE(previousLast, 24);
  bytes.writeDoubleLE(atMs, 32);
  bytes.writeUInt32LE(headerCrc(bytes), 12);
  return bytes;
}

/**
 * Reads all segments of a folder, oldest first, and counts what cannot be read. Throws AppError 'store.version' for a
 * newer schema.
 */
export function readSegments(folder: string): ReadSegment[] {
  return readdirSync(folder)
    .sort()
    .flatMap((name) => {
      const first = Number(namePattern.exec(name)?.[1] ?? 0);
      return Number.isSafeInteger(first) && first > 0 ? [readSegment(join(folder, name), first)] : [];
    });
}

function readSegment(path: string, first: number): ReadSegment {
  const file = readFileSync(path);
  const bytes = file.subarray(0, maxSegmentBytes);
  const previousLast = previousLastOf(bytes, path);
  // Without a sound header, records are looked for from the beginning.
  const from = previousLast === null ? 0 : segmentHeaderBytes;
  const { records, skipped, highest } = scanRecords(bytes, from, { isEnd: true });
  const sound = records.filter(({ number }) => number >= first);
  const last = Math.max(highest, first - 1);
  let [oldestMs, newestMs] = [Infinity, 0];
  for (const { atMs } of sound) {
    oldestMs = Math.min(oldestMs, atMs);
    newestMs = Math.max(newestMs, atMs);
  }
  const writtenMs = statSync(path).mtimeMs;
  return {
    path,
    first,
    last,
    records: sound.length,
    bytes: bytes.length,
    oldestMs: sound.length === 0 ? writtenMs : oldestMs,
    newestMs: sound.length === 0 ? writtenMs : newestMs,
    previousLast,
    missing: Math.max(0, last - first + 1 - sound.length),
    skippedBytes: skipped + file.length - bytes.length,
  };
}

function previousLastOf(bytes: Buffer, path: string): number | null {
  if (bytes.length < segmentHeaderBytes || !bytes.subarray(0, magic.length).equals(magic)) {
    return null;
  }
  if (headerCrc(bytes) !== bytes.readUInt32LE(12)) {
    return null;
  }
  refuseNewer(bytes.readUInt32LE(8), path);
  return bytes.readDoubleLE(24);
}

function headerCrc(bytes: Buffer): number {
  return crc32(bytes.subarray(16, segmentHeaderBytes), crc32(bytes.subarray(8, 12)));
}

/** Throws AppError 'store.version'. */
export function refuseNewer(schema: number, path: string): void {
  if (schema > spoolSchema) {
    throw new AppError('store.version', `${path} has schema ${schema}, this version knows ${spoolSchema}`, {
      hint: 'Run the version that wrote it, or a newer one; or give another folder with --data.',
    });
  }
}

/** A file that records are appended to; passed in, so that tests can fill its disk. */
export interface AppendFile {
  readonly append: (bytes: Uint8Array) => Promise<void>;
  /** What was appended is on disk then. */
  readonly sync: () => Promise<void>;
  readonly truncate: (bytes: number) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Creates a file that must not exist yet. */
export async function createFile(path: string): Promise<AppendFile> {
  const handle = await open(path, 'ax', 0o600);
  return {
    async append(bytes) {
      for (let at = 0; at < bytes.length;) {
        at += (await handle.write(bytes, at)).bytesWritten;
      }
    },
    sync: () => handle.datasync(),
    truncate: (bytes) => handle.truncate(bytes),
    close: () => handle.close(),
  };
}

/** Names in a folder are on disk then. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Bytes of a file, as many as there are. */
export async function readBytes(handle: FileHandle, from: number, length: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await handle.read(bytes, filled, length - filled, from + filled);
    if (bytesRead === 0) {
      break;
    }
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}

/** More records than a segment can have: how far numbers jump when some of the last may have been lost. */
export const numberJump: number = 2 ** Math.ceil(Math.log2(maxSegmentBytes / recordHeaderBytes) + 1);
