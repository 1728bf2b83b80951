import { AppError, type Log } from '@lanner/core';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { exposition, type MetricFamily, metricsContentType } from '../metrics/exposition.ts';
import type { EventIntake } from './event-intake.ts';
import { type Listening, listenOn } from '../lib/listen-on.ts';

/** PEM texts of a server. */
export interface ServerTls {
  readonly cert: string;
  readonly key: string;
  /** Clients must have a certificate of these authorities; null when they need none. */
  readonly clientCa: string | null;
}

export interface IntakeServerOptions {
  /** Empty for all addresses. */
  readonly address: string;
  readonly port: number;
  readonly tls: ServerTls | null;
  /** The paths that this server has; null for all. */
  readonly paths: ReadonlySet<string> | null;
  /** What must stand in `Authorization: Bearer`; null where nothing must. */
  readonly allows: ((token: string | null) => boolean) | null;
  readonly intake: EventIntake;
  /** `scraper` names a machine that keeps them; null for people. */
  readonly families: (scraper: string | null) => Promise<readonly MetricFamily[]>;
  /** False while the store is out of order. */
  readonly isReady: () => Promise<boolean>;
  readonly log: Log;
}

const timeoutMs = 60_000;
const maxBodyBytes = 16 * 2 ** 20;
/** So much of what is too large is read and thrown away: who is still sending would not see the answer. */
const maxIgnoredBytes = 8 * maxBodyBytes;

/** Answers as falcosidekick does: any path takes alerts by POST. Throws AppError 'server.listen'. */
export async function startIntakeServer(options: IntakeServerOptions): Promise<Listening> {
  const server = create(options);
  server.requestTimeout = timeoutMs;
  server.headersTimeout = timeoutMs;
  server.keepAliveTimeout = timeoutMs;
  return listenOn(server, options);
}

function create(options: IntakeServerOptions): Server {
  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    answer(request, options).then(
      ({ status, body, type = 'text/plain; charset=utf-8', retryAfterS }) => {
        response.writeHead(status, {
          ...(body === '' ? {} : { 'content-type': type }),
          'content-length': Buffer.byteLength(body),
          ...(retryAfterS === undefined ? {} : { 'retry-after': retryAfterS }),
        });
        response.end(request.method === 'HEAD' ? undefined : body);
      },
      (error: unknown) => {
        if (request.destroyed && !request.complete) {
          // Whoever sent it went away before all of it was here; nobody is left to answer.
          options.log.debug('request was broken off');
          return;
        }
        options.log.error('request failed', {
          reason: error instanceof Error ? error.message : String(error),
        });
        response.writeHead(500).end();
      },
    );
  };
  if (options.tls === null) {
    return createServer(handle);
  }
  const { cert, key, clientCa } = options.tls;
  const mutual = clientCa === null ? {} : { ca: clientCa, requestCert: true, rejectUnauthorized: true };
  return createTlsServer({ cert, key, minVersion: 'TLSv1.2', ...mutual }, handle);
}

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly type?: string;
  readonly retryAfterS?: string;
}

async function answer(request: IncomingMessage, options: IntakeServerOptions): Promise<Answer> {
  const path = (request.url ?? '/').split('?')[0] ?? '/';
  const known =
    path === '/ping' || path === '/healthz' || path === '/metrics' || path === '/test' ? path : '/';
  if (options.paths?.has(known) === false) {
    return { status: 404, body: 'Not found\n' };
  }
  switch (known) {
    case '/ping':
      return { status: 200, body: 'pong\n' };
    case '/healthz': {
      const ready = await options.isReady();
      return json(ready ? 200 : 503, ready ? '{"status": "ok"}' : '{"status": "degraded"}');
    }
    case '/metrics':
      return {
        status: 200,
        body: exposition(await options.families(scraperOf(request))),
        type: metricsContentType,
      };
    default:
      return takeAlert(request, known === '/test', options);
  }
}

function json(status: number, body: string): Answer {
  return { status, body, type: 'application/json' };
}

async function takeAlert(
  request: IncomingMessage,
  isTest: boolean,
  { intake, allows, log }: IntakeServerOptions,
): Promise<Answer> {
  if (request.method !== 'POST') {
    request.resume();
    intake.refuse();
    return { status: 400, body: 'Please send with post http method\n' };
  }
  if (allows?.(bearerOf(request)) === false) {
    request.resume();
    return { status: 401, body: 'A token for sending alerts is needed\n' };
  }
  const body = await readBody(request);
  if (body === null) {
    intake.refuse();
    return { status: 413, body: `An alert may have ${maxBodyBytes} bytes\n` };
  }
  try {
    await (isTest ? intake.test() : intake.take(body));
    return { status: 200, body: '' };
  } catch (error) {
    if (!(error instanceof AppError)) {
      throw error;
    }
    if (error.code === 'alert.invalid') {
      log.debug('alert was not accepted', { reason: error.message });
      return { status: 400, body: 'Please send a valid request body\n' };
    }
    // Not on disk: whoever sent it still has it.
    const hint = error.hint === undefined ? '' : `. ${error.hint}`;
    return { status: 503, body: `${error.message}${hint}\n`, retryAfterS: '1' };
  }
}

/** Prometheus and those that scrape as it does tell how long they wait. */
function scraperOf({ headers, socket }: IncomingMessage): string | null {
  return headers['x-prometheus-scrape-timeout-seconds'] === undefined
    ? null
    : `${socket.remoteAddress ?? ''} ${headers['user-agent']?.slice(0, 100) ?? ''}`;
}

function bearerOf(request: IncomingMessage): string | null {
  const [, token = null] = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '') ?? [];
  return token;
}

async function readBody(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > maxIgnoredBytes) {
      request.destroy();
      return null;
    }
    if (length > maxBodyBytes) {
      chunks.length = 0;
    } else {
      chunks.push(chunk);
    }
  }
  return length > maxBodyBytes ? null : Buffer.concat(chunks).toString();
}
