import { setTimeout as sleep } from 'node:timers/promises';
import { exactJson, type AlertQuery } from '@lanner/api';
import { liveRoutes } from '@lanner/api/http';
import { AppError } from '@lanner/core';
import type { Context } from 'hono';
import { streamSSE } from 'hono/streaming';
import { alertMatcher } from '../store/alert-match.ts';
import type { AlertTail } from '../alert-tail.ts';
import type { AlertStore } from '../store/alert-store.ts';
import type { Api } from './api.ts';
import { alertQueryOf } from './query.ts';

const heartbeatMs = 15_000;
const readAtOnce = 500;
/** Connections that follow at the same time. */
const maxFollowers = 100;

export interface LiveTailParts {
  readonly tail: AlertTail;
  readonly alerts: Pick<AlertStore, 'lastPosition'>;
  readonly now: () => number;
  readonly stop: AbortSignal;
}

/** Alerts of a query as they come. */
export function addLiveTail(api: Api, parts: LiveTailParts): void {
  const { followAlerts: route } = liveRoutes;
  let followers = 0;
  api.describe(liveRoutes);
  api.app.get(route.path, (context) => {
    const admitted = api.admit(context, route);
    if (admitted instanceof Response) {
      return admitted;
    }
    const query = alertQueryOf(api.queryOf(context, route.query), parts.now());
    if (followers >= maxFollowers) {
      throw new AppError('server.busy', `${maxFollowers} pages follow the alerts already`, {
        hint: 'Close some of them.',
      });
    }
    followers++;
    context.req.raw.signal.addEventListener('abort', () => {
      followers--;
    });
    return followAlerts(context, query, parts);
  });
}

/** As server-sent events; after `last-event-id`, or from now on. */
function followAlerts(
  context: Context,
  query: AlertQuery,
  { tail, alerts, stop }: Omit<LiveTailParts, 'now'>,
): Response {
  const matches = alertMatcher(query);
  return streamSSE(context, async (stream) => {
    const ended = new AbortController();
    stream.onAbort(() => {
      ended.abort();
    });
    const signal = AbortSignal.any([ended.signal, stop]);
    const resume = Number(context.req.header('last-event-id') ?? Number.NaN);
    let position = Number.isSafeInteger(resume) ? resume : await alerts.lastPosition();
    await stream.writeSSE({ event: 'start', id: String(position), data: '{}' });
    while (!signal.aborted) {
      const { wakes } = tail;
      const next = await tail.after(position, readAtOnce);
      for (const alert of next) {
        position = alert.position;
        if (matches(alert)) {
          await stream.writeSSE({ event: 'alert', id: String(position), data: exactJson(alert) });
        }
      }
      if (next.length === 0) {
        await nextOrHeartbeat(tail, wakes, signal);
        if (tail.wakes === wakes) {
          await stream.writeSSE({ event: 'heartbeat', id: String(position), data: '{}' });
        }
      }
    }
  });
}

/** What of the two did not come is not waited for any more: alerts may come often, or for a long time not at all. */
async function nextOrHeartbeat(tail: AlertTail, wakes: number, signal: AbortSignal): Promise<void> {
  const over = new AbortController();
  const either = AbortSignal.any([signal, over.signal]);
  await Promise.race([
    tail.next(wakes, either),
    // Rejects for no other reason than the signal.
    sleep(heartbeatMs, undefined, { signal: either }).catch(() => undefined),
  ]);
  over.abort();
}
