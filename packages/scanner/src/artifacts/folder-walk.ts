import { AppError } from '@lanner/core';
import { closeSync, constants, lstatSync, openSync, readdirSync, type Stats } from 'node:fs';
import type { FileInfo } from '../analyzer.ts';
import { baseOf } from './entry-path.ts';
import { distantFile } from './files.ts';
import { LayerAnalyzer, type LayerAnalyzerOptions, type LayerResult } from './layer-analyzer.ts';
import { PathFilter, type SkippedPaths } from './path-filter.ts';
import { fillFrom } from './scratch.ts';

export interface FolderWalkOptions extends LayerAnalyzerOptions {
  readonly skipped: SkippedPaths;
  /** Set for a folder that is one layer of overlayfs: device files 0:0 remove what lies below. */
  readonly overlay?: {
    /** Folders that hide what lower layers have in them. */
    readonly opaque: readonly string[];
  };
  readonly onBytes?: (count: number) => void;
}

/**
 * Analyzes the files below a folder, or one file. Links are never followed. What cannot be read is named and passed
 * over. Throws AppError 'file.read' when the root itself cannot be read.
 */
export function analyzeFolder(root: string, options: FolderWalkOptions): LayerResult {
  const walk = new FolderWalk(root, options);
  const stats = statOf(root);
  if (stats.isDirectory()) {
    walk.folders();
  } else {
    walk.file(baseOf(root), stats, root);
  }
  return walk.analyzer.finish(true);
}

class FolderWalk {
  readonly analyzer: LayerAnalyzer;
  readonly #root: string;
  readonly #filter: PathFilter;
  readonly #options: FolderWalkOptions;

  constructor(root: string, options: FolderWalkOptions) {
    this.#root = root;
    this.analyzer = new LayerAnalyzer(options);
    this.#filter = new PathFilter(options.skipped);
    this.#options = options;
  }

  folders(): void {
    for (const folder of this.#options.overlay?.opaque ?? []) {
      this.analyzer.builder.addOpaque(folder);
    }
    // With a stack of its own: folders may be nested deeper than calls may.
    const open = [''];
    for (let folder = open.pop(); folder !== undefined; folder = open.pop()) {
      this.#folder(folder, open);
    }
  }

  file(path: string, stats: Stats, full: string): void {
    const info: FileInfo = { path, size: stats.size, mode: stats.mode & 0o7777 };
    this.#options.onBytes?.(stats.size);
    const wanting = this.analyzer.wanting(info);
    if (wanting.length > 0) {
      const file = new HostFile(full);
      this.analyzer.analyze(
        distantFile(info, (buffer, offset) => file.readInto(buffer, offset)),
        wanting,
      );
      file.rest();
    }
  }

  #folder(folder: string, open: string[]): void {
    const inner: string[] = [];
    for (const name of this.#attempt(folder, () => readdirSync(this.#full(folder)).sort()) ?? []) {
      const path = folder === '' ? name : `${folder}/${name}`;
      const stats = this.#attempt(path, () => statOf(this.#full(path)));
      if (stats?.isDirectory() === true && !this.#filter.skipsFolder(path)) {
        inner.push(path);
      } else if (stats !== undefined) {
        this.#entry(path, stats);
      }
    }
    open.push(...inner.reverse());
  }

  #entry(path: string, stats: Stats): void {
    if (stats.isFile()) {
      if (!this.#filter.skipsFile(path)) {
        this.file(path, stats, this.#full(path));
      }
    } else if (stats.isCharacterDevice() && stats.rdev === 0 && this.#options.overlay !== undefined) {
      this.analyzer.builder.addWhiteout(path);
    }
  }

  #full(path: string): string {
    return path === '' ? this.#root : `${this.#root}/${path}`;
  }

  #attempt<T>(path: string, action: () => T): T | undefined {
    try {
      return action();
    } catch (error) {
      this.analyzer.problems.addError(asFileError(error, this.#full(path)), path);
      return undefined;
    }
  }
}

function statOf(path: string): Stats {
  try {
    return lstatSync(path);
  } catch (error) {
    throw asFileError(error, path);
  }
}

/** A file that is opened when it is first read: once for all analyzers that look at it now, and for each look later. */
class HostFile {
  readonly #path: string;
  #descriptor: number | null = null;
  #isResting = false;

  constructor(path: string) {
    this.#path = path;
  }

  readInto(buffer: Buffer, offset: number): Buffer {
    try {
      // Neither a link that was put there meanwhile nor a pipe is waited for or followed.
      this.#descriptor ??= openSync(
        this.#path,
        constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK,
      );
      return fillFrom(this.#descriptor, buffer, offset);
    } catch (error) {
      throw asFileError(error, this.#path);
    } finally {
      if (this.#isResting) {
        this.rest();
      }
    }
  }

  /** From now on it is open only while it is read. */
  rest(): void {
    this.#isResting = true;
    if (this.#descriptor !== null) {
      closeSync(this.#descriptor);
      this.#descriptor = null;
    }
  }
}

function asFileError(error: unknown, path: string): unknown {
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (code === undefined || syscall === undefined) {
    return error;
  }
  return new AppError('file.read', `${path} cannot be read: ${code}`, { cause: error });
}
