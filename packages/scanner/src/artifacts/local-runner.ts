import { open } from 'node:fs/promises';
import type { NotedPoms } from '../maven/remote-poms.ts';
import type { LayerContent } from './image.ts';
import type { LayerRunner } from './layer-runner.ts';
import { analyzeFolder, type FolderHelper } from './folder-walk.ts';
import { analyzeLayer, type LayerWalkOptions } from './layer-walk.ts';

export interface LocalRunnerOptions extends Omit<LayerWalkOptions, 'onBytes' | 'isShare'> {
  /** A thread for folders in which there is much to read; null when there is none to spare. */
  readonly helper?: () => FolderHelper | null;
  /** Fetches POMs that are not on disk; the same that the plan's context has. */
  readonly poms?: NotedPoms;
}

const readSize = 2 ** 20;

/** Analyzes in this thread, one layer at a time. */
export function localRunner(options: LocalRunnerOptions): LayerRunner {
  return {
    width: 1,
    layer: async (content, diffId, onBytes) => {
      if (content.kind === 'folder') {
        return analyzeFolder(content.path, { ...options, onBytes, overlay: content });
      }
      return analyzeLayer(rangeOf(content), diffId, { ...options, onBytes });
    },
    folder: (path, onBytes) => analyzeFolder(path, { ...options, onBytes }),
    close: () => Promise.resolve(),
  };
}

/** Part of a file in chunks that all use the same memory: each is valid until the next one is asked for. */
async function* rangeOf({ path, offset, length }: Extract<LayerContent, { kind: 'archive' }>) {
  const file = await open(path);
  try {
    const buffer = Buffer.allocUnsafeSlow(Math.min(readSize, length));
    for (let done = 0; done < length;) {
      const wanted = Math.min(buffer.length, length - done);
      const { bytesRead } = await file.read(buffer, 0, wanted, offset + done);
      if (bytesRead === 0) {
        return;
      }
      done += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}
