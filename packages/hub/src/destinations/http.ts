import { AppError } from '@lanner/core';
import type { IncomingMessage } from 'node:http';
import type { RequestOptions } from 'node:https';
import { gzipSync } from 'node:zlib';
import { defineDestination, type DestinationEffects, type DestinationSettings } from '../destination.ts';

const timeoutMs = 5000;

export const destination = defineDestination({
  id: 'http',
  title: 'HTTP',
  doc: 'One POST an alert, application/json or text/plain; TLS with own authorities and client certificates, retries on time-outs.',
  async open(settings, effects) {
    const url = readUrl(settings.text('url'));
    const tls = url.protocol === 'https:' ? await tlsOptions(settings, effects) : {};
    const state = { compress: settings.flag('compress_uploads') };
    return {
      async send(batch) {
        for (const { line } of batch) {
          await post(url, Buffer.from(line), { settings, effects, tls, state });
        }
      },
      close: () => Promise.resolve(),
    };
  },
});

interface Post {
  readonly settings: DestinationSettings;
  readonly effects: DestinationEffects;
  readonly tls: RequestOptions;
  /** Compression is given up when the server does not understand it. */
  readonly state: { compress: boolean };
}

async function post(url: URL, body: Buffer, context: Post): Promise<void> {
  const { settings, effects, state } = context;
  const response = await withRetries(url, body, context);
  const status = response.statusCode ?? 0;
  const text = await readBody(response);
  if (settings.flag('echo')) {
    await effects.writeStdout(text);
  }
  if (state.compress && (status === 400 || status === 415)) {
    state.compress = false;
    effects.log.warn('server refuses compressed uploads; sending them plain', { url: url.origin, status });
    await post(url, body, context);
    return;
  }
  if (status >= 400) {
    throw new AppError('output.failed', `${url.origin} answered ${status}`, { details: { status } });
  }
}

async function withRetries(
  url: URL,
  body: Buffer,
  { settings, effects, tls, state }: Post,
): Promise<IncomingMessage> {
  const payload = state.compress ? gzipSync(body) : body;
  const headers = {
    'content-type': settings.json ? 'application/json' : 'text/plain',
    'user-agent': settings.text('user_agent'),
    'content-length': String(payload.length),
    ...(state.compress ? { 'content-encoding': 'gzip' } : {}),
    ...(settings.flag('keep_alive') ? {} : { connection: 'close' }),
  };
  for (let timeouts = 0; ; timeouts++) {
    try {
      return await effects.request(url, { method: 'POST', headers, timeout: timeoutMs, ...tls }, payload);
    } catch (error) {
      const timedOut = error instanceof AppError && error.code === 'output.timeout';
      if (!timedOut || timeouts >= settings.number('max_consecutive_timeouts')) {
        throw error;
      }
    }
  }
}

async function readBody(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    length += chunk.length;
    // Only what echo may print is kept; the rest is drained.
    if (length <= 65_536) {
      chunks.push(chunk);
    }
  }
  return Buffer.concat(chunks).toString();
}

function readUrl(text: string): URL {
  // Falco takes addresses in quotes.
  const address = text.replace(/^(['"])(.*)\1$/, '$2');
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new AppError('config.invalid', `http_output.url '${address}' is no http or https address`, {
      hint: 'Write it like http://127.0.0.1:2801/.',
    });
  }
  return url;
}

async function tlsOptions(
  settings: DestinationSettings,
  effects: DestinationEffects,
): Promise<RequestOptions> {
  const options: RequestOptions = { rejectUnauthorized: !settings.flag('insecure') };
  const authority = settings.text('ca_cert') || settings.text('ca_bundle');
  if (authority !== '') {
    options.ca = await effects.readFile(authority);
  } else if (settings.text('ca_path') !== '') {
    const certificates = await effects.readFolder(settings.text('ca_path'));
    if (certificates.length > 0) {
      options.ca = certificates;
    }
  }
  if (settings.flag('mtls')) {
    options.cert = await effects.readFile(settings.text('client_cert'));
    options.key = await effects.readFile(settings.text('client_key'));
  }
  return options;
}
