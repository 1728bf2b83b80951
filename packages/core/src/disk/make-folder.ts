import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { AppError } from '../errors.ts';

export interface MakeFolderOptions {
  /** Permissions of the folders that are made. Default 0o777, less the mask of the process. */
  readonly mode?: number;
  /** What the user can do when it cannot be made. */
  readonly hint?: string;
}

const problems: Readonly<Record<string, string>> = {
  ENOENT: 'nothing can be made there',
  ENOTDIR: 'a part of its path is no folder',
  EEXIST: 'there is something else of that name',
  EACCES: 'permission is denied',
  EPERM: 'permission is denied',
  EROFS: 'the disk is read-only',
  ENOSPC: 'the disk is full',
};

/** Makes a folder and those that it lies in, unless it is there. Throws AppError 'file.write'. */
export function makeFolder(path: string, { mode, hint }: MakeFolderOptions = {}): void {
  try {
    make(path, mode);
  } catch (cause) {
    const { code = '', message } = cause as NodeJS.ErrnoException;
    throw new AppError('file.write', `the folder ${path} cannot be made: ${problems[code] ?? message}`, {
      cause,
      hint,
    });
  }
}

// `recursive` of Node never ends where a parent is there but takes no folders, as in /proc.
function make(path: string, mode: number | undefined): void {
  try {
    mkdirSync(path, { mode });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const parent = dirname(path);
    if (code === 'ENOENT' && parent !== path && !isFolder(parent)) {
      make(parent, mode);
      make(path, mode);
    } else if (!isFolder(path)) {
      throw error;
    }
  }
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    // Not there, or out of sight.
    return false;
  }
}
