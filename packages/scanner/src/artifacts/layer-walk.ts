import { AppError } from '@lanner/core';
import { type TarEntry, TarReader, type TarSink } from '@lanner/runtimes';
import { baseOf, entryPath, folderOf } from './entry-path.ts';
import { LayerAnalyzer, type LayerAnalyzerOptions, type LayerResult } from './layer-analyzer.ts';
import { layerStream } from './layer-stream.ts';
import { PathFilter, type SkippedPaths } from './path-filter.ts';

export interface LayerWalkOptions extends LayerAnalyzerOptions {
  readonly skipped: SkippedPaths;
  /** Unpacked bytes that went by, for progress. */
  readonly onBytes?: (count: number) => void;
}

const whiteoutPrefix = '.wh.';
const opaqueMark = '.wh..wh..opq';
/** Marks of AUFS itself, such as `.wh..wh.plnk`. */
const metaPrefix = '.wh..wh.';

/**
 * Analyzes a layer while it streams by: a tar archive, plain or packed. `diffId` is what its unpacked bytes should hash
 * to; null when nobody says. A layer that is damaged, lies or unpacks to too much gives what was found before, with the
 * problem named and `complete` false.
 */
export async function analyzeLayer(
  compressed: AsyncIterable<Buffer>,
  diffId: string | null,
  options: LayerWalkOptions,
): Promise<LayerResult> {
  const walk = new LayerWalk(options);
  const { chunks, digest } = layerStream(compressed, options.limits, { isChecked: diffId !== null });
  let complete = true;
  let size = 0;
  try {
    const reader = new TarReader((entry) => walk.entry(entry));
    for await (const chunk of chunks) {
      reader.write(chunk);
      size += chunk.length;
      options.onBytes?.(chunk.length);
    }
    reader.end();
    if (diffId !== null && digest() !== diffId) {
      throw new AppError('artifact.parse', `the layer's content does not match its digest ${diffId}`);
    }
  } catch (error) {
    complete = false;
    walk.analyzer.problems.addError(error, '');
  }
  // The archive counts, with what it needs around the files.
  return { ...walk.analyzer.finish(complete), size };
}

class LayerWalk {
  readonly analyzer: LayerAnalyzer;
  readonly #filter: PathFilter;
  readonly #maxEntries: number;
  #entries = 0;

  constructor(options: LayerWalkOptions) {
    this.analyzer = new LayerAnalyzer(options);
    this.#filter = new PathFilter(options.skipped);
    this.#maxEntries = options.limits.entries;
  }

  entry(entry: TarEntry): TarSink | null {
    if (++this.#entries > this.#maxEntries) {
      throw new AppError('artifact.limit', `the layer has more than ${this.#maxEntries} entries`);
    }
    const path = entryPath(entry.path);
    if (path === null) {
      this.analyzer.problems.add({
        path: entry.path.slice(0, 200),
        code: 'artifact.parse',
        message: 'the path leads out of the layer',
      });
      return null;
    }
    const name = baseOf(path);
    if (name.startsWith(whiteoutPrefix)) {
      this.#whiteout(folderOf(path), name);
      return null;
    }
    // Links are passed over: what they point to has an entry of its own.
    if (entry.type !== 'file' || path === '' || this.#filter.skipsFile(path)) {
      return null;
    }
    const info = { path, size: entry.size, mode: entry.mode };
    const wanting = this.analyzer.wanting(info);
    return wanting.length === 0 ? null : this.analyzer.collect(info, wanting);
  }

  #whiteout(folder: string, name: string): void {
    if (name === opaqueMark) {
      this.analyzer.builder.addOpaque(folder);
    } else if (!name.startsWith(metaPrefix) && name.length > whiteoutPrefix.length) {
      const removed = name.slice(whiteoutPrefix.length);
      this.analyzer.builder.addWhiteout(folder === '' ? removed : `${folder}/${removed}`);
    }
  }
}
