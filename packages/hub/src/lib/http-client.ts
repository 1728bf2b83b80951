import type { Agent } from 'node:http';
import type { RequestOptions } from 'node:https';
import { AppError } from '@lanner/core';
import type { FalcoEvent } from '@lanner/api';
import type { DestinationEffects, DestinationSettings, OpenDestination } from '../destination.ts';
import { oneByOne } from './events.ts';
import { readAnswer } from './http-answer.ts';
import { redactor, urlSecrets } from './redact.ts';
import { tlsOptions } from './tls.ts';

export interface HttpRequest {
  readonly url: URL;
  /** Default POST. */
  readonly method?: 'POST' | 'PUT' | 'GET';
  /** In addition to Content-Type (JSON) and User-Agent, or instead of them. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

export interface HttpAnswer {
  readonly status: number;
  /** At most the first mebibyte. */
  readonly body: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

export interface HttpClient {
  /** The answer, whatever its status. Throws AppError 'output.timeout' or 'output.failed' when there is none. */
  readonly exchange: (request: HttpRequest) => Promise<HttpAnswer>;
  /**
   * The body of a good answer. Throws AppError 'output.rejected' when the receiver will never take this request, and
   * 'output.failed' or 'output.timeout' when it may later; `details.retryAfterMs` is how long it asks to wait.
   */
  readonly deliver: (request: HttpRequest) => Promise<string>;
  /** The error for an answer that is not good. */
  readonly failure: (url: URL, answer: HttpAnswer, rejected?: boolean) => AppError;
  readonly close: () => Promise<void>;
}

interface ClientOptions {
  /** Texts that no error may contain, besides what is secret in addresses and headers. */
  readonly secrets?: readonly string[];
  readonly timeoutMs?: number;
  readonly checkCert?: boolean;
  readonly mutualTls?: boolean;
}

/** Statuses that blame the message, which is therefore not sent again. All others may pass, or settings be mended. */
const rejections: ReadonlySet<number> = new Set([400, 406, 411, 413, 414, 415, 422, 431]);

/**
 * A client for the servers of one destination. One request at a time reaches them, whatever `maxconcurrentrequests` is:
 * alerts arrive in their order. Redirections are not followed, since they turn a POST into a GET.
 */
export async function openHttpClient(
  settings: DestinationSettings,
  effects: DestinationEffects,
  { secrets = [], timeoutMs = effects.timeoutMs, checkCert, mutualTls }: ClientOptions = {},
): Promise<HttpClient> {
  const agents = await openAgents(settings, effects, {
    verify: checkCert ?? settings.flag('checkcert'),
    mutual: mutualTls ?? settings.flag('mutualtls'),
  });

  function redact(url: URL, text: string): string {
    return redactor([...secrets, ...urlSecrets(url)])(text);
  }
  async function exchange(request: HttpRequest): Promise<HttpAnswer> {
    const { url, method = 'POST', headers = {}, body = '' } = request;
    const payload = typeof body === 'string' ? Buffer.from(body) : body;
    // The socket's own time-out starts anew with each byte; this one does not.
    const deadline = AbortSignal.timeout(timeoutMs);
    const options: RequestOptions = {
      method,
      headers: {
        'content-type': 'application/json; charset=utf-8',
        'user-agent': 'Falcosidekick',
        ...lowerCased(headers),
        ...(method === 'GET' ? {} : { 'content-length': String(payload.length) }),
      },
      timeout: timeoutMs,
      signal: deadline,
      agent: await agents.for(url),
    };
    try {
      return await readAnswer(await effects.request(url, options, payload));
    } catch (error) {
      if (deadline.aborted) {
        throw new AppError('output.timeout', `${url.origin} did not answer within ${timeoutMs} ms`);
      }
      throw error instanceof AppError
        ? error
        : new AppError('output.failed', redact(url, `${url.origin} broke off: ${(error as Error).message}`));
    }
  }
  function failure(url: URL, answer: HttpAnswer, rejected = rejections.has(answer.status)): AppError {
    const { status, body, headers } = answer;
    const said = redact(url, body);
    const retryAfterMs = retryAfter(headers['retry-after'], effects.now());
    return new AppError(
      rejected ? 'output.rejected' : 'output.failed',
      `${url.origin} answered ${status}${said === '' ? '' : `: ${said}`}`,
      { hint: hintFor(status), details: { status, ...(retryAfterMs === null ? {} : { retryAfterMs }) } },
    );
  }
  return {
    exchange,
    failure,
    async deliver(request) {
      const answer = await exchange(request);
      if (answer.status < 200 || answer.status > 299) {
        throw failure(request.url, answer);
      }
      return answer.body;
    },
    close: () => Promise.resolve(agents.close()),
  };
}

/** A destination that makes a request of each event. */
export function requestEach(
  client: HttpClient,
  request: (event: FalcoEvent) => HttpRequest,
): OpenDestination {
  return {
    send: oneByOne(async (event) => {
      await client.deliver(request(event));
    }),
    close: client.close,
  };
}

/**
 * An address from the settings, without what the user added around it. Throws AppError 'config.invalid', whose text does
 * not repeat the address, since it may be a secret.
 */
export function readUrl(key: string, text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new AppError('config.invalid', `${key} is no http or https address`, {
      hint: 'Write it like https://host:port/path.',
    });
  }
  return url;
}

/** Headers of the settings. Throws AppError 'config.invalid' for names and values that HTTP does not allow. */
export function readHeaders(key: string, headers: Readonly<Record<string, string>>): Record<string, string> {
  for (const [name, value] of Object.entries(headers)) {
    if (!/^[!#$%&'*+.^_`|~\w-]+$/.test(name) || !/^[\t\x20-\x7e\x80-\xff]*$/.test(value)) {
      throw new AppError('config.invalid', `${key}: ${JSON.stringify(name)} cannot be sent as a header`, {
        hint: 'Names consist of letters, digits and hyphens; values are one line of Latin text.',
      });
    }
  }
  return { ...headers };
}

export function basicCredentials(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}

interface Agents {
  readonly for: (url: URL) => Promise<Agent>;
  readonly close: () => void;
}

/** Connections that live on between requests; proxies of the environment, but not for this machine. */
async function openAgents(
  settings: DestinationSettings,
  effects: DestinationEffects,
  wishes: { readonly verify: boolean; readonly mutual: boolean },
): Promise<Agents> {
  const open = new Map<string, Agent>();
  // At once, so that a certificate that cannot be read is told at the start.
  const tls = wishes.mutual ? await tlsOptions(settings, wishes, effects) : null;

  async function start(secure: boolean, proxied: boolean): Promise<Agent> {
    const common = {
      keepAlive: true,
      // Below what servers usually allow, so that a request seldom meets a connection that is being closed.
      timeout: 4000,
      ...(proxied ? { proxyEnv: proxiesOf(effects) } : {}),
    };
    if (!secure) {
      return new (await import('node:http')).Agent(common);
    }
    const { rejectUnauthorized, ...context } = tls ?? (await tlsOptions(settings, wishes, effects));
    // Made once: an agent would join all authorities into a key for each request.
    const secureContext = (await import('node:tls')).createSecureContext(context);
    return new (await import('node:https')).Agent({ ...common, rejectUnauthorized, secureContext });
  }
  return {
    async for({ protocol, hostname }) {
      const secure = protocol === 'https:';
      const proxied = !/^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname);
      const key = `${secure} ${proxied}`;
      const agent = open.get(key) ?? (await start(secure, proxied));
      open.set(key, agent);
      return agent;
    },
    close() {
      open.forEach((agent) => agent.destroy());
      open.clear();
    },
  };
}

function proxiesOf({ environment }: DestinationEffects): Record<string, string> {
  const names = ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY'].flatMap((name) => [name, name.toLowerCase()]);
  return Object.fromEntries(
    names.flatMap((name) => (environment(name) ? [[name, environment(name) ?? '']] : [])),
  );
}

function lowerCased(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

function retryAfter(header: string | string[] | undefined, now: Date): number | null {
  const text = Array.isArray(header) ? header[0] : header;
  if (text === undefined) {
    return null;
  }
  const milliseconds = /^\d+(?:\.\d+)?$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now.getTime();
  return Number.isFinite(milliseconds) && milliseconds >= 0 ? milliseconds : null;
}

function hintFor(status: number): string | undefined {
  if (status >= 300 && status <= 399) {
    return 'The server is somewhere else now; set the address it names.';
  }
  return {
    401: 'Check the credentials of this destination.',
    403: 'Check that these credentials may send here.',
    404: 'Check the address of this destination, and that what it names still exists.',
    405: 'Check the address of this destination.',
    410: 'What the address names is gone; make a new one.',
  }[status];
}
