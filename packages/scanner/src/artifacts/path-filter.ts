import { type GlobMatcher, globMatcher } from '../lib/glob.ts';
import { folderOf } from './entry-path.ts';

export interface SkippedPaths {
  /** Globs of folders that are not looked into. */
  readonly folders: readonly string[];
  /** Globs of files. */
  readonly files: readonly string[];
}

const maxKnownFolders = 65_536;

/** Says which paths of an artifact are looked at. */
export class PathFilter {
  readonly #folders: readonly GlobMatcher[];
  readonly #files: readonly GlobMatcher[];
  /** Whether a folder, or one above it, is skipped. */
  #known = new Map<string, boolean>();

  constructor({ folders, files }: SkippedPaths) {
    this.#folders = folders.map((glob) => globMatcher(cleanGlob(glob)));
    this.#files = files.map((glob) => globMatcher(cleanGlob(glob)));
  }

  skipsFile(path: string): boolean {
    return this.skipsFolder(folderOf(path)) || this.skipsFileItself(path);
  }

  /** Whether a file in a folder that is looked into is skipped. */
  skipsFileItself(path: string): boolean {
    return this.#files.length > 0 && this.#files.some((matches) => matches(path));
  }

  skipsFolder(path: string): boolean {
    if (path === '' || this.#folders.length === 0) {
      return false;
    }
    const known = this.#known.get(path);
    if (known !== undefined) {
      return known;
    }
    const skipped = this.#matchesUpwards(path);
    if (this.#known.size >= maxKnownFolders) {
      this.#known = new Map();
    }
    this.#known.set(path, skipped);
    return skipped;
  }

  #matchesUpwards(path: string): boolean {
    for (let folder = path; folder !== ''; folder = folderOf(folder)) {
      if (this.#known.get(folder) ?? this.#folders.some((matches) => matches(folder))) {
        return true;
      }
    }
    return false;
  }
}

/** Without a leading slash, `./` or a closing slash. */
function cleanGlob(glob: string): string {
  return glob.replace(/^(?:\.?\/+)+/, '').replace(/\/+$/, '');
}
