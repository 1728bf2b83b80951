import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { AppError } from '@lanner/core';
import { ThreadClient, type ThreadMethods } from '@lanner/hub';

/** Asks whoever loads rules; `Methods` is what of `work.ts` is asked for. */
export type Ask<Methods extends ThreadMethods> = <Name extends keyof Methods & string>(
  name: Name,
  ...args: Parameters<Methods[Name]>
) => Promise<Awaited<ReturnType<Methods[Name]>>>;

interface Running<Methods> {
  readonly worker: Worker;
  readonly client: ThreadClient<Methods>;
}

/** After so long without a question the thread ends, and its memory goes back. */
const idleMs = 60_000;
/** A text that takes longer is given up. */
const mostMs = 30_000;
const maxHeapMb = 384;

/**
 * Loads rules in a thread of its own, which lives while it is asked: what people type must neither hold up the server
 * nor stay in its memory.
 */
export class RuleThread<Methods extends ThreadMethods> {
  #running: Running<Methods> | null = null;
  #asked = 0;
  #idle: NodeJS.Timeout | undefined;

  readonly ask: Ask<Methods> = async (name, ...args) => {
    const running = (this.#running ??= this.#start());
    clearTimeout(this.#idle);
    this.#asked++;
    const timer = setTimeout(() => {
      this.#end(
        running,
        new AppError('rules.invalid', 'loading these rules takes too long', {
          hint: 'Make lists and conditions shorter.',
        }),
      );
    }, mostMs);
    try {
      // The client's type of a method's answer, and this one, are the same for each method.
      return (await running.client.call(name, ...(args as never))) as never;
    } finally {
      clearTimeout(timer);
      this.#asked--;
      if (this.#asked === 0) {
        this.#idle = setTimeout(() => {
          this.#end(running, null);
        }, idleMs).unref();
      }
    }
  };

  async close(): Promise<void> {
    clearTimeout(this.#idle);
    const running = this.#running;
    this.#running = null;
    await running?.worker.terminate();
  }

  #start(): Running<Methods> {
    const worker = new Worker(threadFile(), { resourceLimits: { maxOldGenerationSizeMb: maxHeapMb } });
    worker.unref();
    const client = new ThreadClient<Methods>(worker, Date.now, () => undefined);
    const running = { worker, client };
    worker.once('error', (error: Error & { code?: string }) => {
      this.#end(
        running,
        error.code === 'ERR_WORKER_OUT_OF_MEMORY'
          ? new AppError('rules.invalid', 'loading these rules takes too much memory', {
              hint: 'Make lists and conditions shorter.',
            })
          : error,
      );
    });
    return running;
  }

  #end(running: Running<Methods>, error: Error | null): void {
    if (this.#running === running) {
      this.#running = null;
    }
    running.client.fail(error ?? new AppError('server.busy', 'the server ends'));
    void running.worker.terminate();
  }
}

/** Beside the bundle, or among the sources. */
function threadFile(): URL {
  const bundled = new URL('./lanner-rules.mjs', import.meta.url);
  return existsSync(fileURLToPath(bundled)) ? bundled : new URL('./worker.ts', import.meta.url);
}
