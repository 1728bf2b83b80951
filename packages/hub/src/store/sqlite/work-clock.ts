import { setImmediate as nextTurn } from 'node:timers/promises';
import { AppError } from '@lanner/core';

/** Work at a stretch; others have their turn in between. */
const sliceMs = 10;
/** Processor time of this thread that a query may cost: who waits for a busy machine is not to blame. */
const limitMs = 3000;

/** Lets others have their turn, and ends what takes too long. */
export class WorkClock {
  #worked = 0;
  #since = performance.now();
  #workSince = threadMs();

  async pause(): Promise<void> {
    if (performance.now() - this.#since < sliceMs) {
      return;
    }
    this.#worked += threadMs() - this.#workSince;
    if (this.#worked > limitMs) {
      throw new AppError('query.invalid', 'The query takes too long', {
        hint: 'Give a shorter time range, or a rarer word beside the text.',
      });
    }
    await nextTurn();
    this.#since = performance.now();
    this.#workSince = threadMs();
  }
}

function threadMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}
