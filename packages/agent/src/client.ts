import type { ClientRequest, IncomingMessage } from 'node:http';
import { Agent as Connections, request } from 'node:https';
import {
  agentProtocol,
  agentServerName,
  maxServedRulesBytes,
  protocolHeader,
  understands,
} from '@lanner/api';
import { AppError, type ErrorCode, errorCodes } from '@lanner/core';

/** What of TLS a connection needs. */
export interface ClientTls {
  /** PEM of the server's authority; null for the one question by which its fingerprint is checked. */
  readonly authority: string | null;
  /** PEM; null before the agent is enrolled. */
  readonly identity: { readonly key: string; readonly certificate: string } | null;
}

export interface ServerAnswer {
  readonly status: number;
  readonly body: string;
  /** How long the server asks to be left alone, ms; null when it does not say. */
  readonly retryAfterMs: number | null;
}

const timeoutMs = 60_000;
/** The longest answer is that with the rules of the page. */
const maxAnswerBytes = maxServedRulesBytes + 2 ** 16;

/** Speaks with one server. */
export class AgentClient {
  readonly #server: URL;
  readonly #connections: Connections;
  readonly #protocol: number;
  readonly #underWay = new Set<ClientRequest>();
  #isClosed = false;

  constructor(server: string, { authority, identity }: ClientTls, protocol: number = agentProtocol) {
    this.#server = serverUrl(server);
    this.#protocol = protocol;
    this.#connections = new Connections({
      keepAlive: true,
      maxSockets: 2,
      // Each connection shows its certificate anew.
      maxCachedSessions: 0,
      minVersion: 'TLSv1.3',
      servername: agentServerName,
      ...(authority === null ? { rejectUnauthorized: false } : { ca: authority }),
      ...(identity === null ? {} : { key: identity.key, cert: identity.certificate }),
    });
  }

  /** What is under way, and whatever is asked later, fails as if the server were away. */
  close(): void {
    this.#isClosed = true;
    this.#underWay.forEach((sent) => sent.destroy(closed()));
    this.#connections.destroy();
  }

  get(path: string): Promise<ServerAnswer> {
    return this.#ask('GET', path, {}, null);
  }

  /** Throws AppError 'agent.unreachable' or 'agent.protocol'; what the server refuses is an answer. */
  post(
    path: string,
    body: Uint8Array,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<ServerAnswer> {
    return this.#ask(
      'POST',
      path,
      { 'content-type': 'application/json', ...headers, 'content-length': String(body.length) },
      body,
    );
  }

  postJson(
    path: string,
    value: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<ServerAnswer> {
    return this.post(path, Buffer.from(JSON.stringify(value)), headers);
  }

  async #ask(
    method: string,
    path: string,
    headers: Readonly<Record<string, string>>,
    body: Uint8Array | null,
  ): Promise<ServerAnswer> {
    let answer: ServerAnswer & { readonly protocol: number };
    try {
      answer = await this.#exchange(method, path, headers, body);
    } catch (error) {
      throw unreachable(this.#server, error as NodeJS.ErrnoException);
    }
    if (!understands(this.#protocol, answer.protocol)) {
      const other = Number.isNaN(answer.protocol) ? 'none' : answer.protocol;
      throw new AppError(
        'agent.protocol',
        `${this.#server.origin} speaks protocol ${other}, this agent ${this.#protocol}`,
        {
          hint: Number.isNaN(answer.protocol)
            ? 'Check that --server is the address that lanner server --agents listens on.'
            : 'Install versions that are neighbours: first the server, then the agents.',
        },
      );
    }
    return answer;
  }

  #exchange(
    method: string,
    path: string,
    headers: Readonly<Record<string, string>>,
    body: Uint8Array | null,
  ): Promise<ServerAnswer & { readonly protocol: number }> {
    if (this.#isClosed) {
      return Promise.reject(closed());
    }
    return new Promise((resolve, reject) => {
      const sent = request(
        new URL(path, this.#server),
        {
          method,
          headers: { ...headers, [protocolHeader]: String(this.#protocol) },
          agent: this.#connections,
          signal: AbortSignal.timeout(timeoutMs),
        },
        (response) => {
          textOf(response).then((text) => {
            resolve({
              status: response.statusCode ?? 0,
              body: text,
              retryAfterMs: retryAfterOf(response),
              protocol: Number(response.headers[protocolHeader] ?? NaN),
            });
          }, reject);
        },
      );
      this.#underWay.add(sent);
      sent.once('close', () => this.#underWay.delete(sent));
      sent.once('error', reject);
      sent.end(body ?? undefined);
    });
  }
}

function closed(): Error {
  return new Error('the connection was closed here');
}

/** What a refusal says, as an error. */
export function refusal({ status, body }: ServerAnswer): AppError {
  const { error = {} } = (parse(body) ?? {}) as { error?: Record<string, unknown> };
  const { code, message, hint } = error;
  const known = typeof code === 'string' && Object.hasOwn(errorCodes, code);
  return new AppError(
    // Looked up above.
    known ? (code as ErrorCode) : 'agent.unreachable',
    typeof message === 'string' ? message : `the server answered with status ${status}`,
    typeof hint === 'string' ? { hint } : {},
  );
}

/** JSON of an answer; null when it is none. */
export function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Whoever asked says what is wrong with it.
    return null;
  }
}

/** The address of a server's port for agents. Throws AppError 'usage.invalid'. */
export function serverUrl(text: string): URL {
  const url = URL.parse(text);
  if (url?.protocol !== 'https:' || url.pathname !== '/' || url.search !== '') {
    throw new AppError('usage.invalid', `--server ${text} is no address of a server`, {
      hint: 'Write it like https://server.example:2803.',
    });
  }
  return url;
}

async function textOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > maxAnswerBytes) {
      throw new Error('its answer has no end');
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function retryAfterOf({ headers }: IncomingMessage): number | null {
  const seconds = Number(headers['retry-after'] ?? NaN);
  return seconds >= 0 ? seconds * 1000 : null;
}

const notOurServer = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'CERT_SIGNATURE_FAILURE',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'INVALID_PURPOSE',
]);

function unreachable({ origin }: URL, error: NodeJS.ErrnoException): AppError {
  const isOther = notOurServer.has(error.code ?? '');
  return new AppError(
    'agent.unreachable',
    isOther
      ? `${origin} is not the server that this agent was enrolled at`
      : `${origin} cannot be reached: ${error.code ?? error.message}`,
    {
      cause: error,
      hint: isOther
        ? 'Check --server. When the server was set up anew, enrol again with a join token of it.'
        : 'Check that the server runs with --agents, and that its port is open.',
    },
  );
}
