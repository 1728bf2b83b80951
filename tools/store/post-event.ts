import { type Agent, request } from 'node:http';
import { exactJson, type NewAlert } from '@lanner/api';

/** Sends an event to an intake as Falco does; gives the status of the answer, 0 for none. */
export function postEvent(intake: string, agent: Agent, event: NewAlert['event']): Promise<number> {
  return new Promise((resolve) => {
    const asked = request(`${intake}/`, { method: 'POST', agent }, (answer) => {
      answer.resume();
      answer.on('end', () => {
        resolve(answer.statusCode ?? 0);
      });
      // An answer that is cut off acknowledges nothing.
      answer.on('error', () => {
        resolve(0);
      });
    });
    asked.on('error', () => {
      resolve(0);
    });
    asked.end(exactJson(event));
  });
}
