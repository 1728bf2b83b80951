import { AppError } from '@lanner/core';
import { realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/**
 * Replaces what a file holds by bytes given as latin1. They are written beside it and renamed, so that a reader never
 * sees half a file; its permissions stay, and a link stays a link. Throws AppError 'file.write'.
 */
export function replaceFile(path: string, content: string): void {
  let temporary: string | null = null;
  try {
    const target = realpathSync(path);
    temporary = join(dirname(target), `.${basename(target)}.new`);
    writeFileSync(temporary, content, { encoding: 'latin1', mode: statSync(target).mode, flush: true });
    renameSync(temporary, target);
  } catch (error) {
    if (temporary !== null) {
      rmSync(temporary, { force: true });
    }
    throw new AppError('file.write', `${path} cannot be written: ${(error as Error).message}`, {
      cause: error,
      hint: 'Check the permissions of the file and of its folder.',
    });
  }
}
