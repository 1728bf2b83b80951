import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { AppError, Log } from '@lanner/core';
import type { EventView } from '@lanner/engine';
import type { WebReceiver } from '@lanner/hub';
import { AuditReader } from '@lanner/sensor';
import type { AuditEndpoint } from './audit-endpoint.ts';

export interface AuditReceiverOptions extends Pick<
  AuditEndpoint,
  'token' | 'maxEventBytes' | 'maxBodyBytes'
> {
  /** The view that is moved over the events. */
  readonly event: EventView;
  /** Called for each event, which is valid during the call. */
  readonly onEvent: () => void;
  /** Awaited between events: the place to wait for slow outputs. */
  readonly pause: () => Promise<void> | undefined;
  readonly log: Log;
}

type Answer = Awaited<ReturnType<WebReceiver>>;

/** Requests whose bodies are in memory at a time; more are asked to come again. */
const maxConcurrent = 8;

/** Takes audit events as kube-apiserver posts them: an Event, an EventList, or an array of both. */
export function auditReceiver(options: AuditReceiverOptions): WebReceiver {
  let active = 0;
  return async (request) => {
    const refused = refusal(request, options);
    if (refused !== null || active >= maxConcurrent) {
      await discard(request);
      return refused ?? { status: 503, body: 'busy, send it again later\n' };
    }
    active++;
    try {
      const body = await readBody(request, options.maxBodyBytes);
      return body === null
        ? { status: 413, body: `larger than ${options.maxBodyBytes} bytes\n` }
        : await take(body, options);
    } finally {
      active--;
    }
  };
}

function refusal(request: IncomingMessage, { token }: AuditReceiverOptions): Answer | null {
  if (token !== null && !isAuthorized(request.headers.authorization ?? '', token)) {
    return { status: 401, body: 'a bearer token is needed\n' };
  }
  return (request.headers['content-type'] ?? '').includes('application/json')
    ? null
    : { status: 400, body: 'wrong Content Type, application/json is expected\n' };
}

// Digests have equal lengths, so that comparing takes the same time whatever was sent.
function isAuthorized(header: string, token: string): boolean {
  const sent = /^bearer (.*)$/i.exec(header)?.[1]?.trim() ?? '';
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(sent), digest(token));
}

/** The body; null when it is larger than allowed, of which nothing is kept. */
async function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer | null> {
  let chunks: Buffer[] = [];
  let size = 0;
  // Without an encoding, a request's chunks are buffers.
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= maxBytes) {
      chunks.push(chunk);
    } else {
      chunks = [];
    }
  }
  return size <= maxBytes ? Buffer.concat(chunks) : null;
}

// An answer before the end of the body would be lost to clients that write first and read then.
async function discard(request: IncomingMessage): Promise<void> {
  await readBody(request, 0);
}

async function take(body: Buffer, options: AuditReceiverOptions): Promise<Answer> {
  const { event, onEvent, pause, log, maxEventBytes, maxBodyBytes } = options;
  let first: AppError | null = null;
  const reader = new AuditReader(
    (problem) => {
      first ??= problem;
    },
    // A line feed is counted with its line.
    { eventBytes: maxEventBytes, documentBytes: maxBodyBytes + 1, toldProblems: 1 },
  );
  const drain = async (): Promise<void> => {
    while (reader.next(event) === 'event') {
      onEvent();
      await pause();
    }
  };
  await pause();
  reader.push(body);
  await drain();
  reader.end();
  await drain();
  // The callback has set it, which the compiler does not see.
  const problem = first as AppError | null;
  if (problem !== null) {
    log.warn('audit records were skipped', { skipped: reader.skipped, reason: problem.message });
  }
  if (reader.events === 0) {
    return { status: 400, body: `${problem?.message ?? 'no audit event in the request'}\n` };
  }
  return { status: 200, body: '' };
}
