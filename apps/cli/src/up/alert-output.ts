import { joinInside } from '@lanner/api';
import { AppError } from '@lanner/core';
import type { EventIntake, OpenDestination } from '@lanner/hub';

/** Nothing of a batch was stored, and the same batch may be taken later. */
const passing = ['store.full', 'store.readonly', 'store.failed', 'server.busy'];
const pauseMs = 1000;

/**
 * The server of the same process as an output of its own agent: what is raised here goes the way of what is sent. While
 * the disk takes nothing, alerts wait in the queue of the output, which is bounded and counts what it drops.
 */
export function serverOutput(
  intake: Pick<EventIntake, 'takeAll'>,
  pause: (ms: number, signal: AbortSignal) => Promise<void>,
): OpenDestination {
  const closed = new AbortController();
  return {
    async send(batch) {
      const lines = batch.map(({ line, inside }) => joinInside(line, inside));
      for (;;) {
        try {
          await intake.takeAll(lines);
          return;
        } catch (error) {
          if (!(error instanceof AppError) || !passing.includes(error.code) || closed.signal.aborted) {
            throw error;
          }
          await pause(pauseMs, closed.signal);
        }
      }
    },
    close() {
      closed.abort();
      return Promise.resolve();
    },
  };
}
