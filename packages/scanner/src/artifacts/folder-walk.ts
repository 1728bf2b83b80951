import type { Stats } from 'node:fs';
import type { FileInfo } from '../analyzer.ts';
import type { NotedPoms } from '../maven/remote-poms.ts';
import { baseOf } from './entry-path.ts';
import { type FolderRound, folderRounds, takePart } from './folder-rounds.ts';
import { hostFile, restingFile, statOf } from './host-file.ts';
import { LayerAnalyzer, type LayerAnalyzerOptions, type LayerResult } from './layer-analyzer.ts';
import type { LayerShare } from './layer-share.ts';
import { PathFilter, type SkippedPaths } from './path-filter.ts';

/** Another thread that looks at some of the files. */
export interface FolderHelper {
  readonly start: (root: string, isOverlay: boolean) => void;
  readonly give: (round: FolderRound) => void;
  /** What it found, when it has all rounds. Throws what it failed with. */
  readonly finish: () => Promise<LayerShare>;
}

export interface FolderWalkOptions extends LayerAnalyzerOptions {
  readonly skipped: SkippedPaths;
  /** Set for a folder that is one layer of overlayfs: device files 0:0 remove what lies below. */
  readonly overlay?: {
    /** Folders that hide what lower layers have in them. */
    readonly opaque: readonly string[];
  };
  readonly onBytes?: (count: number) => void;
  /** Told of files that were found and will have been looked at soon. */
  readonly onFiles?: (count: number) => void;
  /** A thread for folders in which there is much to read; null when there is none to spare. */
  readonly helper?: () => FolderHelper | null;
  /** Fetches POMs that are not on disk; the same that the plan's context has. */
  readonly poms?: NotedPoms;
  /** Files that are read before it is asked for; 8000 unless given. */
  readonly unhelpedFiles?: number;
}

/** Fewer files are read before another thread has started. */
const helpedFiles = 1000;
/** A tree that ends soon behind so many files is done before a thread has paid for its start. */
const unhelpedFiles = 8000;

/**
 * Analyzes the files below a folder, or one file. Links are never followed. What cannot be read is named and passed
 * over. Throws AppError 'file.read' when the root itself cannot be read.
 */
export async function analyzeFolder(root: string, options: FolderWalkOptions): Promise<LayerResult> {
  const files = new FolderFiles(root, options);
  const stats = statOf(root);
  if (!stats.isDirectory()) {
    files.file(baseOf(root), stats, root);
    return finish(files.analyzer, options);
  }
  for (const folder of options.overlay?.opaque ?? []) {
    files.analyzer.builder.addOpaque(folder);
  }
  try {
    const share = await lookAt(root, files, options);
    if (share !== null) {
      options.onBytes?.(share.size);
      files.analyzer.absorb(share, (info) => restingFile(info, `${root}/${info.path}`));
    }
    return await finish(files.analyzer, options);
  } finally {
    files.analyzer.release();
  }
}

async function finish(analyzer: LayerAnalyzer, { poms }: FolderWalkOptions): Promise<LayerResult> {
  if (poms !== undefined) {
    await analyzer.gather(poms);
  }
  return analyzer.finish(true);
}

/** Looks at all files, alone or with a helper; gives what that one found. */
async function lookAt(
  root: string,
  files: FolderFiles,
  { plan, skipped, overlay, helper, onFiles, unhelpedFiles: alone = unhelpedFiles }: FolderWalkOptions,
): Promise<LayerShare | null> {
  let help: FolderHelper | null = null;
  const rounds = folderRounds({
    root,
    filter: new PathFilter(skipped),
    withDevices: overlay !== undefined,
    onProblem: (error, path) => files.analyzer.problems.addError(error, path),
  });
  let before = 0;
  for (const round of rounds) {
    if (help === null && plan.readsMost && before >= alone && round.files >= helpedFiles) {
      help = helper?.() ?? null;
      help?.start(root, overlay !== undefined);
    }
    help?.give(round);
    files.take(round);
    before += round.files;
    onFiles?.(round.files);
  }
  return help === null ? null : help.finish();
}

/** Looks at those files of a folder that it is told of. */
export class FolderFiles {
  readonly analyzer: LayerAnalyzer;
  readonly #root: string;
  readonly #filter: PathFilter;
  readonly #isOverlay: boolean;
  readonly #onBytes: ((count: number) => void) | undefined;

  constructor(root: string, options: FolderWalkOptions) {
    this.#root = root;
    this.analyzer = new LayerAnalyzer(options);
    this.#filter = new PathFilter(options.skipped);
    this.#isOverlay = options.overlay !== undefined;
    this.#onBytes = options.onBytes;
  }

  /** Takes parts of a round until there is none. */
  take(round: FolderRound): void {
    for (let part = takePart(round); part !== undefined; part = takePart(round)) {
      for (const name of part.names) {
        this.#entry(part.folder === '' ? name : `${part.folder}/${name}`);
      }
    }
  }

  file(path: string, stats: Stats, full: string): void {
    const info: FileInfo = { path, size: stats.size, mode: stats.mode & 0o7777 };
    this.#onBytes?.(stats.size);
    const wanting = this.analyzer.wanting(info);
    if (wanting.length > 0) {
      const { file, rest } = hostFile(info, full);
      this.analyzer.analyze(file, wanting);
      rest();
    }
  }

  #entry(path: string): void {
    const full = `${this.#root}/${path}`;
    let stats: Stats;
    try {
      stats = statOf(full);
    } catch (error) {
      this.analyzer.problems.addError(error, path);
      return;
    }
    if (stats.isFile()) {
      // Skipped folders have no part of a round.
      if (!this.#filter.skipsFileItself(path)) {
        this.file(path, stats, full);
      }
    } else if (stats.isCharacterDevice() && stats.rdev === 0 && this.#isOverlay) {
      this.analyzer.builder.addWhiteout(path);
    }
  }
}
