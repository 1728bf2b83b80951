import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Log } from '@lanner/core';
import { type Listening, listenOn, type ServerTls } from '@lanner/hub';
import type { ServerSettings } from './settings.ts';

type Place = ServerSettings['api'];

const reason = 'The store is damaged and is being mended.';

/**
 * Answers in the place of a server whose store is mended before it opens: /ping as ever, everything else that it is not
 * ready. Whoever sends alerts keeps them and asks again. What cannot listen is left to the server itself to tell.
 */
export class WhileMending {
  readonly #listening: Promise<Listening | null>[];

  constructor({ api, intake }: Pick<ServerSettings, 'api' | 'intake'>, log: Log) {
    log.warn('the server waits until its store is mended');
    // A free port that is chosen now is not the one that is chosen later.
    this.#listening = [api, intake].filter(({ port }) => port !== 0).map((place) => listen(place, log));
  }

  /** The ports are free again. */
  async close(): Promise<void> {
    await Promise.all(this.#listening.map(async (each) => (await each)?.close()));
  }
}

const answer: RequestListener = (request, response) => {
  request.resume();
  if (request.url === '/ping') {
    response.end('pong\n');
    return;
  }
  response.writeHead(503, { 'content-type': 'application/json', 'retry-after': '5', connection: 'close' });
  response.end(
    `${JSON.stringify({ status: 'mending', error: { code: 'store.failed', message: reason, hint: 'Ask again in a moment.' } })}\n`,
  );
};

async function listen({ tls, ...place }: Place, log: Log): Promise<Listening | null> {
  try {
    return await listenOn(serverOf(tls), place, { breakOff: true });
  } catch (error) {
    log.debug('nothing answers while the store is mended', { reason: String(error) });
    return null;
  }
}

function serverOf(tls: ServerTls | null): ReturnType<typeof createServer> {
  return tls === null
    ? createServer(answer)
    : createTlsServer({ cert: tls.cert, key: tls.key, minVersion: 'TLSv1.2' }, answer);
}
