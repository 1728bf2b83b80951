import { closeSync, openSync, read } from 'node:fs';
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

/** What the unpacker is given at a time: each change between its thread and this one costs the same. */
const readSize = 2 ** 21;

/** Analyzes in this thread, one layer at a time. */
export function localRunner(options: LocalRunnerOptions): LayerRunner {
  return {
    width: 1,
    layer: async (content, diffId, onBytes, job) => {
      if (content.kind === 'folder') {
        return analyzeFolder(content.path, { ...options, ...job, onBytes, overlay: content });
      }
      return analyzeLayer(rangeOf(content), diffId, { ...options, ...job, onBytes });
    },
    folder: (path, onBytes, onFiles, job) =>
      analyzeFolder(path, { ...options, ...job, onBytes, ...(onFiles === undefined ? {} : { onFiles }) }),
    close: () => Promise.resolve(),
  };
}

/**
 * Part of a file in chunks that use the same memory in turn: each is valid until the next one is asked for, which is
 * read meanwhile.
 */
async function* rangeOf({ path, offset, length }: Extract<LayerContent, { kind: 'archive' }>) {
  const file = openSync(path, 'r');
  const size = Math.min(readSize, length);
  let [free, used] = [Buffer.allocUnsafeSlow(size), Buffer.allocUnsafeSlow(size)];
  let done = 0;
  const readNext = (): Promise<number> => readInto(file, free, Math.min(size, length - done), offset + done);
  let reading = readNext();
  try {
    for (;;) {
      const count = await reading;
      if (count === 0) {
        // All of it was used. Until the garbage collector comes by, it would be in memory beside what is made of it.
        free.buffer.transfer(0);
        used.buffer.transfer(0);
        return;
      }
      [free, used] = [used, free];
      done += count;
      reading = readNext();
      yield used.subarray(0, count);
    }
  } finally {
    await reading.catch(() => undefined);
    closeSync(file);
  }
}

/** Reads beside this thread, without the promises of node:fs/promises: that module needs 3 MB. */
function readInto(file: number, buffer: Buffer, length: number, position: number): Promise<number> {
  return new Promise((resolve, reject) => {
    read(file, buffer, 0, length, position, (error, count) => {
      if (error === null) {
        resolve(count);
      } else {
        reject(error);
      }
    });
  });
}
