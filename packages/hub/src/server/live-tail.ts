import { exactJson, type AlertQuery } from '@lanner/api';
import type { Context } from 'hono';
import { streamSSE } from 'hono/streaming';
import { alertMatcher } from '../store/alert-match.ts';
import type { AlertTail } from '../alert-tail.ts';
import type { AlertStore } from '../store/alert-store.ts';

const heartbeatMs = 15_000;
const readAtOnce = 500;
/** Connections that follow at the same time. */
export const maxFollowers = 100;

/** Alerts of a query as they come, as server-sent events; after `last-event-id`, or from now on. */
export function followAlerts(
  context: Context,
  query: AlertQuery,
  { tail, alerts, stop }: { tail: AlertTail; alerts: Pick<AlertStore, 'lastPosition'>; stop: AbortSignal },
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
        await Promise.race([tail.next(wakes, signal), pause(heartbeatMs, signal)]);
        if (tail.wakes === wakes) {
          await stream.writeSSE({ event: 'heartbeat', id: String(position), data: '{}' });
        }
      }
    }
  });
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
    signal.addEventListener('abort', done);
  });
}
