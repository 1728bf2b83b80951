import { joinInside } from '@lanner/api';
import { AppError, type Log } from '@lanner/core';
import type { EventIntake, OpenDestination } from '@lanner/hub';

/** The server of the same process as an output of its own agent: what is raised here goes the way of what is sent. */
export function serverOutput(intake: Pick<EventIntake, 'takeAll'>, log: Log): OpenDestination {
  return {
    async send(batch) {
      try {
        await intake.takeAll(batch.map(({ line, inside }) => joinInside(line, inside)));
      } catch (error) {
        if (error instanceof AppError) {
          log.error('own alerts could not be stored', { alerts: batch.length, reason: error.message });
        }
        throw error;
      }
    },
    close: () => Promise.resolve(),
  };
}
