import { Worker } from 'node:worker_threads';
import { AppError } from '@lanner/core';
import { type ThreadError, unpackError } from './rpc.ts';
import type { Salvaged } from './salvage.ts';
import { threadFile } from './thread-file.ts';

/** What the thread is started with. */
export interface SalvageSettings {
  readonly role: 'salvage';
  readonly path: string;
  readonly nowMs: number;
}

/** Its one word. */
export type SalvageAnswer = { readonly salvaged: Salvaged } | { readonly error: ThreadError };

/** Groups and ids of a large store are in memory while they are counted anew. */
const maxHeapMb = 512;

/**
 * Looking through all of a store takes a while: in a thread that lives as long, so that the server answers meanwhile.
 * Rejects with the signal's reason when that is aborted; what is there is as after a crash then.
 */
export async function salvageInThread(path: string, nowMs: number, signal: AbortSignal): Promise<Salvaged> {
  signal.throwIfAborted();
  const workerData: SalvageSettings = { role: 'salvage', path, nowMs };
  const worker = new Worker(threadFile(), {
    workerData,
    resourceLimits: { maxOldGenerationSizeMb: maxHeapMb },
  });
  const { promise, resolve, reject } = Promise.withResolvers<Salvaged>();
  worker.once('message', (answer: SalvageAnswer) => {
    if ('error' in answer) {
      reject(unpackError(answer.error));
    } else {
      resolve(answer.salvaged);
    }
  });
  worker.once('error', reject);
  worker.once('exit', () => {
    reject(
      signal.aborted
        ? (signal.reason as Error)
        : new AppError('store.failed', 'mending the store ended early'),
    );
  });
  const stop = (): void => void worker.terminate();
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await promise;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
