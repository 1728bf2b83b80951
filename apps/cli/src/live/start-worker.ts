import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { Bell } from './bell.ts';
import { type ClientOptions, EngineClient, type EnginePort } from './client.ts';
import type { EngineContext } from './engine.ts';
import type { BellMessage, EngineMessage } from './protocol.ts';

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
  const bell = new Bell();
  const client = new EngineClient({ ...options, port: ringing(worker, bell) });
  const ended = new Promise<void>((resolve, reject) => {
    worker.once('error', (error: Error) => {
      client.fail(error);
      reject(error);
    });
    worker.once('exit', () => {
      bell.close();
      client.fail(new Error('the thread of the sensor has ended'));
      resolve();
    });
  });
  // Whoever waits for it learns of it; a call that waits fails by itself.
  ended.catch(() => undefined);
  const terminate = (): Promise<unknown> => {
    const terminated = worker.terminate();
    bell.ring();
    return terminated;
  };
  return { client, ended, terminate };
}

/** A port that rings the bell after each message, once it knows it. */
function ringing(worker: Worker, bell: Bell): EnginePort {
  return {
    postMessage(message) {
      worker.postMessage(message);
      bell.ring();
    },
    on: (event, listener) =>
      worker.on(event, (message: EngineMessage | BellMessage) => {
        if (message.kind === 'bell') {
          bell.hang(message.fd);
        } else {
          listener(message);
        }
      }),
  };
}

/** Beside the bundle, or among the sources. */
function workerFile(): URL {
  const bundled = new URL('./lanner-worker.mjs', import.meta.url);
  return existsSync(fileURLToPath(bundled)) ? bundled : new URL('./worker.ts', import.meta.url);
}
