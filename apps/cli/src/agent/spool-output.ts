import type { Spool } from '@lanner/agent';
import { joinInside } from '@lanner/api';
import { AppError, type Log } from '@lanner/core';
import type { OpenDestination } from '@lanner/hub';

/** The spool as an output of the detection: what was sent to it is on disk. */
export function spoolOutput(spool: Pick<Spool, 'append'>, log: Log): OpenDestination {
  return {
    async send(batch) {
      try {
        await spool.append(
          batch.map(({ line, inside }) => ({ kind: 'alert', payload: joinInside(line, inside) })),
        );
      } catch (error) {
        if (error instanceof AppError) {
          log.error('alerts could not be spooled, and are lost', {
            alerts: batch.length,
            reason: error.message,
            ...(error.hint === undefined ? {} : { hint: error.hint }),
          });
        }
        throw error;
      }
    },
    close: () => Promise.resolve(),
  };
}
