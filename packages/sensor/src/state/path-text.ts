import { joinPath } from '@lanner/engine';

/** Directory and path together must be shorter than this for the directory not to matter to an absolute path. */
const surelyShort = 1000;

/**
 * A path as programs give it. It remembers the last directory that it was resolved against: the same program opens
 * the same path again and again.
 */
export class PathText {
  readonly raw: string;
  #directory: string | null = null;
  #name = '';

  constructor(raw: string) {
    this.raw = raw;
  }

  /** The absolute path, by its text alone, seen from `directory` (with its final slash). */
  resolve(directory: string): string {
    if (directory === this.#directory) {
      return this.#name;
    }
    if (this.#directory !== null && this.raw.startsWith('/') && this.#isShortIn(directory)) {
      return this.#name;
    }
    const name = joinPath(directory, this.raw);
    this.#directory = directory;
    this.#name = name;
    return name;
  }

  #isShortIn(directory: string): boolean {
    const { length } = this.raw;
    return length + directory.length < surelyShort && length + (this.#directory?.length ?? 0) < surelyShort;
  }
}
