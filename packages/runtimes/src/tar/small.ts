import { AppError } from '@lanner/core';
import { TarReader } from './reader.ts';

/** One plain file of an archive. */
export interface TarFile {
  /** Relative, without `.` and `..`. */
  readonly path: string;
  readonly content: Buffer;
}

/**
 * The plain files of a small tar archive that is held in memory. Paths that lead out of the archive, and archives that
 * end early, throw AppError 'artifact.parse'; links and devices are passed over.
 */
export function readSmallTar(archive: Buffer): TarFile[] {
  const files: TarFile[] = [];
  const reader = new TarReader((entry) => {
    if (entry.type !== 'file') {
      return null;
    }
    if (entry.size > archive.length) {
      throw new AppError('artifact.parse', 'the archive ends in the middle of a file');
    }
    const path = safePath(entry.path);
    const parts: Buffer[] = [];
    return {
      write: (bytes) => void parts.push(Buffer.from(bytes)),
      end: () => void files.push({ path, content: Buffer.concat(parts) }),
    };
  });
  reader.write(archive);
  reader.end();
  return files;
}

function safePath(path: string): string {
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  if (path.startsWith('/') || parts.includes('..') || parts.length === 0) {
    throw new AppError('artifact.parse', `the archive names a path outside of itself: ${path}`);
  }
  return parts.join('/');
}
