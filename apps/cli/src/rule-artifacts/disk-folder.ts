import { AppError } from '@lanner/core';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RuleFolder } from './pull.ts';

const stateName = '.lanner-artifacts.json';

/** Rule files in a folder. Each is written beside its place and renamed, so that a reader never sees half a file. */
export function diskFolder(path: string): RuleFolder {
  return {
    async readState() {
      try {
        return await readFile(join(path, stateName), 'utf8');
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
          return '';
        }
        throw writeError(path, error);
      }
    },
    async install(files, state) {
      const staged: [from: string, to: string][] = [];
      try {
        await mkdir(path, { recursive: true });
        for (const [name, content] of [...files, [stateName, state] as const]) {
          const temporary = join(path, `.${name}.new`);
          staged.push([temporary, join(path, name)]);
          await writeFile(temporary, content, { flush: true });
        }
        for (const [from, to] of staged) {
          await rename(from, to);
        }
      } catch (error) {
        await Promise.all(staged.map(([from]) => rm(from, { force: true })));
        throw writeError(path, error);
      }
    },
  };
}

function writeError(path: string, error: unknown): AppError {
  return new AppError('file.write', `${path}: ${(error as Error).message}`, {
    cause: error,
    hint: 'Choose a folder that can be written with --folder.',
  });
}
