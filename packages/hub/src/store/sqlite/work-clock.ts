import { setImmediate as nextTurn } from 'node:timers/promises';
import { AppError } from '@lanner/core';

/** Work at a stretch; others have their turn in between. */
const sliceMs = 10;
/** Work that a query may cost. */
const limitMs = 3000;

/** Lets others have their turn, and ends what takes too long. */
export class WorkClock {
  #worked = 0;
  #since = performance.now();

  async pause(): Promise<void> {
    const slice = performance.now() - this.#since;
    if (slice < sliceMs) {
      return;
    }
    this.#worked += slice;
    if (this.#worked > limitMs) {
      throw new AppError('query.invalid', 'The query takes too long', {
        hint: 'Give a shorter time range, or a rarer word beside the text.',
      });
    }
    await nextTurn();
    this.#since = performance.now();
  }
}
