import { Agent } from 'node:http';
import { postEvent } from '../store/post-event.ts';
import type { Ledger } from './ledger.ts';
import { markedAlerts } from './marked-alerts.ts';

/** Senders of a load, each of which waits for its answer before it sends the next alert. */
export interface Lanes {
  /** Resolves when none sends any more: the server is gone, or `stop` was called. */
  readonly ended: Promise<void>;
  /** Resolves when the first alert is acknowledged, or none will be. */
  readonly flowing: Promise<void>;
  readonly stop: () => void;
}

/** The lane that a mark of `startLanes` belongs to. */
export function laneOf(mark: string): string {
  return mark.slice(0, mark.lastIndexOf('n'));
}

/** What the lanes of one round have in common at the beginning of their names. */
export function roundPrefix(round: number): string {
  return `r${round}l`;
}

export function lanesOf(round: number, count: number): string[] {
  return Array.from({ length: count }, (_, lane) => `${roundPrefix(round)}${lane}`);
}

/** Starts sending to an intake, and writes into the ledger what is sent and what is acknowledged. */
export function startLanes(
  intake: string,
  ledger: Ledger,
  { round, count, seed }: { readonly round: number; readonly count: number; readonly seed: number },
): Lanes {
  const agent = new Agent({ keepAlive: true, maxSockets: count });
  let stopped = false;
  const first = Promise.withResolvers<undefined>();
  const send = async (lane: string, index: number): Promise<void> => {
    for (const { mark, event } of markedAlerts(lane, seed + round * count + index)) {
      if (stopped) {
        return;
      }
      ledger.sent(mark);
      const status = await postEvent(intake, agent, event);
      if (status === 200) {
        ledger.acknowledged(mark);
        first.resolve(undefined);
      } else if (status === 0) {
        return;
      }
    }
  };
  const ended = Promise.all(lanesOf(round, count).map(send)).then(() => {
    agent.destroy();
  });
  return {
    ended,
    flowing: Promise.race([first.promise, ended]),
    stop: () => {
      stopped = true;
    },
  };
}
