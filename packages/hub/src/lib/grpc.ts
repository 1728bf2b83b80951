import { once } from 'node:events';
import type { ClientHttp2Session, IncomingHttpHeaders } from 'node:http2';
import { AppError } from '@lanner/core';
import type { DestinationEffects, DestinationSettings } from '../destination.ts';
import { openLink } from './link.ts';
import { redactor } from './redact.ts';
import { tlsOptions } from './tls.ts';

interface GrpcCaller {
  /** Calls with a message and waits for the status. Throws AppError 'output.failed', 'output.timeout' or 'output.rejected'. */
  readonly call: (message: Buffer) => Promise<void>;
  readonly close: () => Promise<void>;
}

interface GrpcTarget {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** `/package.Service/Method`. */
  readonly service: string;
  readonly timeoutMs: number;
  readonly secrets: readonly string[];
}

/** Statuses that blame the message: INVALID_ARGUMENT, OUT_OF_RANGE, UNIMPLEMENTED stays with the settings. */
const rejections: ReadonlySet<string> = new Set(['3', '11']);

/** Unary calls of one method over HTTP/2; what is answered beside the status is not read. */
export async function openGrpcCaller(
  settings: DestinationSettings,
  effects: DestinationEffects,
  { url, headers, service, timeoutMs, secrets }: GrpcTarget,
): Promise<GrpcCaller> {
  const tls =
    url.protocol === 'https:'
      ? await tlsOptions(settings, { mutual: false, verify: settings.flag('checkcert') }, effects)
      : {};
  const redact = redactor(secrets);
  const link = openLink<ClientHttp2Session>({
    server: url.origin,
    timeoutMs,
    secrets,
    async connect(lost) {
      const { connect } = await import('node:http2');
      const session = connect(url.origin, tls);
      session.on('error', lost).on('close', lost).on('goaway', lost);
      await once(session, 'connect');
      return session;
    },
    end: (session) => session.destroy(),
  });
  return {
    call: (message) =>
      link.use(async (session) => {
        const { status, text } = await exchange(session, service, headers, message);
        if (status !== '0') {
          throw new AppError(
            rejections.has(status) ? 'output.rejected' : 'output.failed',
            `${url.origin} answered with gRPC status ${status}: ${redact(text)}`,
          );
        }
      }),
    close: link.close,
  };
}

async function exchange(
  session: ClientHttp2Session,
  path: string,
  headers: Readonly<Record<string, string>>,
  message: Buffer,
): Promise<{ status: string; text: string }> {
  const stream = session.request({
    ':method': 'POST',
    ':path': path,
    'content-type': 'application/grpc',
    te: 'trailers',
    'user-agent': 'Falcosidekick',
    ...headers,
  });
  let answer: IncomingHttpHeaders = {};
  stream.on('response', (head) => (answer = { ...answer, ...head }));
  stream.on('trailers', (tail: IncomingHttpHeaders) => (answer = { ...answer, ...tail }));
  stream.resume();
  // Not compressed, and its length before it.
  const frame = Buffer.alloc(5);
  frame.writeUInt32BE(message.length, 1);
  stream.end(Buffer.concat([frame, message]));
  await once(stream, 'close');
  const {
    'grpc-status': status,
    'grpc-message': text = '',
    ':status': http,
  } = answer as Record<string, unknown>;
  return typeof status === 'string'
    ? { status, text: String(text) }
    : { status: 'none', text: `HTTP status ${String(http)}` };
}
