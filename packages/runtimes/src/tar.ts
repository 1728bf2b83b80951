import { AppError } from '@lanner/core';

/** One plain file of an archive. */
export interface TarFile {
  /** Relative, without `.` and `..`. */
  readonly path: string;
  readonly content: Buffer;
}

const blockSize = 512;

/**
 * The plain files of a small tar archive that is held in memory (ustar, GNU and pax names). Paths that lead out of the
 * archive, and archives that end early, throw AppError 'artifact.parse'; links and devices are passed over.
 */
export function readSmallTar(archive: Buffer): TarFile[] {
  const files: TarFile[] = [];
  let longName: string | null = null;
  for (let at = 0; at + blockSize <= archive.length;) {
    const header = archive.subarray(at, at + blockSize);
    if (header.every((byte) => byte === 0)) {
      break;
    }
    const size = octal(header, 124, 12);
    const start = at + blockSize;
    if (start + size > archive.length) {
      throw new AppError('artifact.parse', 'the archive ends in the middle of a file');
    }
    const content = archive.subarray(start, start + size);
    const type = String.fromCharCode(header[156] ?? 0);
    if (type === 'L') {
      longName = text(content, 0, content.length);
    } else if (type === 'x') {
      longName = paxPath(content.toString('utf8')) ?? longName;
    } else {
      if (type === '0' || type === '\0') {
        files.push({ path: safePath(longName ?? headerName(header)), content });
      }
      longName = null;
    }
    at = start + Math.ceil(size / blockSize) * blockSize;
  }
  return files;
}

function headerName(header: Buffer): string {
  const name = text(header, 0, 100);
  const prefix = text(header, 257, 5) === 'ustar' ? text(header, 345, 155) : '';
  return prefix === '' ? name : `${prefix}/${name}`;
}

function safePath(path: string): string {
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  if (path.startsWith('/') || parts.includes('..') || parts.length === 0) {
    throw new AppError('artifact.parse', `the archive names a path outside of itself: ${path}`);
  }
  return parts.join('/');
}

function text(bytes: Buffer, start: number, length: number): string {
  const slice = bytes.subarray(start, start + length);
  const end = slice.indexOf(0);
  return (end < 0 ? slice : slice.subarray(0, end)).toString('utf8');
}

function octal(header: Buffer, start: number, length: number): number {
  const digits = text(header, start, length).trim();
  if (!/^[0-7]*$/.test(digits)) {
    throw new AppError('artifact.parse', 'the archive has a damaged header');
  }
  return digits === '' ? 0 : Number.parseInt(digits, 8);
}

function paxPath(records: string): string | null {
  return /(?:^|\n)\d+ path=([^\n]*)\n/.exec(records)?.[1] ?? null;
}
