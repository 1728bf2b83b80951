import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { type ClientOptions, EngineClient } from './client.ts';
import type { EngineContext } from './engine.ts';

export interface WorkerSettings {
  readonly system: EngineContext['system'];
  readonly asksContainers: boolean;
  /** Where the process file system of the machine is. */
  readonly procRoot: string;
}

export interface RunningWorker {
  readonly client: EngineClient;
  /** Resolves when the thread has ended; rejects when it failed. */
  readonly ended: Promise<void>;
  readonly terminate: () => Promise<unknown>;
}

/** A young generation that is collected often: what the ring brings is garbage at once. */
const youngMb = 8;

/** Starts the thread that owns ring, state and rules. */
export function startWorker(settings: WorkerSettings, options: Omit<ClientOptions, 'port'>): RunningWorker {
  const worker = new Worker(workerFile(), {
    workerData: settings,
    resourceLimits: { maxYoungGenerationSizeMb: youngMb },
  });
  const client = new EngineClient({ ...options, port: worker });
  const ended = new Promise<void>((resolve, reject) => {
    worker.once('error', (error: Error) => {
      client.fail(error);
      reject(error);
    });
    worker.once('exit', () => {
      client.fail(new Error('the thread of the sensor has ended'));
      resolve();
    });
  });
  // Whoever waits for it learns of it; a call that waits fails by itself.
  ended.catch(() => undefined);
  return { client, ended, terminate: () => worker.terminate() };
}

/** Beside the bundle, or among the sources. */
function workerFile(): URL {
  const bundled = new URL('./lanner-worker.mjs', import.meta.url);
  return existsSync(fileURLToPath(bundled)) ? bundled : new URL('./worker.ts', import.meta.url);
}
