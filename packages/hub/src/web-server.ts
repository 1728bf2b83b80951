import { AppError, type Log } from '@lanner/core';
import { readFileSync } from 'node:fs';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { type Listening, listenOn } from './lib/listen-on.ts';

/** What a path answers to GET. */
export interface WebRoute {
  readonly contentType: string;
  readonly body: () => string | Promise<string>;
}

/** What a path does with a POST: gives status and text. */
export type WebReceiver = (request: IncomingMessage) => Promise<{ status: number; body: string }>;

export interface WebServerOptions {
  readonly address: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** A PEM file with key and certificate; null for plain HTTP. */
  readonly tlsFile: string | null;
  readonly routes: Readonly<Record<string, WebRoute>>;
  readonly receivers?: Readonly<Record<string, WebReceiver>>;
  readonly log: Log;
}

/** A small web server: GET on fixed paths, an empty 404 for others. Throws AppError 'server.listen'. */
export async function startWebServer(options: WebServerOptions): Promise<Listening> {
  const server = create(options);
  server.requestTimeout = 30_000;
  server.headersTimeout = 10_000;
  return listenOn(server, options, { breakOff: true });
}

// Loaded when needed, and not by import: that reads all that the module offers, also what makes the runtime load a second
// HTTP client.
function create(options: WebServerOptions): Server {
  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    answer(options, request, response).catch((error: unknown) => {
      options.log.error('request failed', {
        path: request.url,
        reason: error instanceof Error ? error.message : String(error),
      });
      response.writeHead(500).end();
    });
  };
  if (options.tlsFile === null) {
    return process.getBuiltinModule('node:http').createServer(handle);
  }
  const pem = readPem(options.tlsFile);
  try {
    const { createServer } = process.getBuiltinModule('node:https');
    return createServer({ key: pem, cert: pem, minVersion: 'TLSv1.2' }, handle);
  } catch (error) {
    throw new AppError('config.invalid', `the certificate file ${options.tlsFile} cannot be used`, {
      cause: error,
      hint: 'It must hold a private key and its certificate, both in PEM form.',
    });
  }
}

function readPem(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new AppError('file.read', `the certificate file ${path} cannot be read`, {
      cause: error,
      hint: 'Name a PEM file that holds the key and the certificate, and check its permissions.',
    });
  }
}

async function answer(
  options: WebServerOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const path = (request.url ?? '/').split('?')[0] ?? '/';
  const receiver = options.receivers?.[path];
  if (receiver !== undefined && request.method === 'POST') {
    const { status, body } = await receiver(request);
    response.writeHead(status, { 'content-type': 'text/plain' }).end(body);
    return;
  }
  const route = options.routes[path];
  if (route === undefined || (request.method !== 'GET' && request.method !== 'HEAD')) {
    response.writeHead(route === undefined && receiver === undefined ? 404 : 405).end();
    return;
  }
  const body = await route.body();
  response.writeHead(200, { 'content-type': route.contentType, 'content-length': Buffer.byteLength(body) });
  response.end(request.method === 'HEAD' ? undefined : body);
}
