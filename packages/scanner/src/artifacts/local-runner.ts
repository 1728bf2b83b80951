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

const readSize = 2 ** 19;

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
    folder: (path, onBytes, onFiles) =>
      analyzeFolder(path, { ...options, onBytes, ...(onFiles === undefined ? {} : { onFiles }) }),
    close: () => Promise.resolve(),
  };
}

/**
 * Part of a file in chunks that use the same memory in turn: each is valid until the next one is asked for, which is
 * read meanwhile.
 */
async function* rangeOf({ path, offset, length }: Extract<LayerContent, { kind: 'archive' }>) {
  const file = await open(path);
  const size = Math.min(readSize, length);
  let [free, used] = [Buffer.allocUnsafeSlow(size), Buffer.allocUnsafeSlow(size)];
  let done = 0;
  const readNext = (): Promise<{ bytesRead: number }> =>
    file.read(free, 0, Math.min(size, length - done), offset + done);
  let reading = readNext();
  try {
    for (;;) {
      const { bytesRead } = await reading;
      if (bytesRead === 0) {
        return;
      }
      [free, used] = [used, free];
      done += bytesRead;
      reading = readNext();
      yield used.subarray(0, bytesRead);
    }
  } finally {
    await reading.catch(() => undefined);
    await file.close();
  }
}
