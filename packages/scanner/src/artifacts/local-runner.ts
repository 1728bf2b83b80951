import { createReadStream } from 'node:fs';
import type { LayerRunner } from './layer-runner.ts';
import { analyzeFolder } from './folder-walk.ts';
import { analyzeLayer, type LayerWalkOptions } from './layer-walk.ts';

export type LocalRunnerOptions = Omit<LayerWalkOptions, 'onBytes'>;

const readSize = 2 ** 20;

/** Analyzes in this thread, one layer at a time. */
export function localRunner(options: LocalRunnerOptions): LayerRunner {
  return {
    width: 1,
    layer: async (content, diffId, onBytes) => {
      if (content.kind === 'folder') {
        return analyzeFolder(content.path, { ...options, onBytes, overlay: content });
      }
      const { path, offset, length } = content;
      // An empty range would read to the end of the file.
      const chunks =
        length === 0
          ? []
          : createReadStream(path, { start: offset, end: offset + length - 1, highWaterMark: readSize });
      return analyzeLayer(chunks as AsyncIterable<Buffer>, diffId, { ...options, onBytes });
    },
    folder: (path, onBytes) => Promise.resolve().then(() => analyzeFolder(path, { ...options, onBytes })),
    close: () => Promise.resolve(),
  };
}
