import { AppError } from '@lanner/core';

/** How much longer paths may be in sum than the list that they are in: a folder is named once for its files. */
const growth = 16;
const allowance = 1024 * 1024;
/** As long as Linux allows them. */
const maxPath = 4096;

/** Joins folders and names of a list; ends a list that was made to become much more than it is. */
export class PathBudget {
  #left: number;

  /** `length` is that of the list. */
  constructor(length: number) {
    this.#left = length * growth + allowance;
  }

  /** Throws AppError 'artifact.limit'. */
  join(folder: string, name: string): string {
    const length = folder.length + name.length + 1;
    this.#left -= length;
    if (this.#left < 0 || length > maxPath + 1) {
      throw new AppError('artifact.limit', 'The files of a package have names that are too long');
    }
    return folder === '' ? name : `${folder}/${name}`;
  }
}
