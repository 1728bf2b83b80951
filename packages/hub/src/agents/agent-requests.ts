import type { X509Certificate } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import {
  agentPaths,
  agentProtocol,
  maxServedRulesBytes,
  protocolHeader,
  type ServedRules,
  spoolHeader,
  understands,
} from '@lanner/api';
import { AppError, type ErrorCode, type Log } from '@lanner/core';
import type { Tokens } from '../server/tokens.ts';
import { RateLimit } from '../server/rate-limit.ts';
import type { AuditLog } from '../store/document-store.ts';
import { type AgentIntake, readBatch } from './agent-intake.ts';
import type { Agent, AgentRegistry } from './registry.ts';
import { jsonOf, readBody, textOf } from './request-body.ts';
import { EnrolShape, HealthShape, RenewShape } from './shapes.ts';
import { Slots } from './slots.ts';

export interface AgentRequestsOptions {
  readonly registry: AgentRegistry;
  readonly tokens: Pick<Tokens, 'principal'>;
  readonly intake: AgentIntake;
  readonly audit: AuditLog;
  /** What the page adds to the rules of every machine; null where the server keeps no rules. */
  readonly rules: { readonly served: () => ServedRules } | null;
  readonly now: () => number;
  readonly log: Log;
  /** Another one than ours, for tests. */
  readonly protocol?: number;
}

/** A batch as it is sent. */
const maxBatchBytes = 12 * 2 ** 20;
/** Batches that are in memory at the same time; of one agent, the second is for a connection that was broken off. */
const maxBatches = { all: 8, ofAgent: 2 } as const;

interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

const statuses: Readonly<Partial<Record<ErrorCode, number>>> = {
  'access.denied': 403,
  'agent.enrolment': 400,
  'usage.invalid': 400,
  'agent.protocol': 426,
  'artifact.limit': 413,
  'server.busy': 429,
  'store.full': 503,
  'store.readonly': 503,
  'store.failed': 503,
};

/** What agents may ask for: the way in, and who may take it. */
export class AgentRequests {
  readonly #options: AgentRequestsOptions;
  readonly #protocol: number;
  readonly #sockets = new Map<string, Set<Socket>>();
  readonly #tries = new RateLimit(20, 0.2);
  /** A new numbering is one more row in the store. */
  readonly #spools = new RateLimit(20, 1 / 600);
  /** The one that each agent came with last: it may say so as often as it wants, also before it has sent anything. */
  readonly #spoolNow = new Map<string, string>();
  readonly #batches = new Slots(maxBatches.all, maxBatches.ofAgent);
  #ending = false;

  constructor(options: AgentRequestsOptions) {
    this.#options = options;
    this.#protocol = options.protocol ?? agentProtocol;
  }

  /** Cuts the connections of an agent that may not send any more. */
  disconnect(agent: string): void {
    this.#options.intake.forget(agent);
    this.#spoolNow.delete(agent);
    for (const socket of this.#sockets.get(agent) ?? []) {
      socket.destroy();
    }
  }

  /** Connections end with the answer that they wait for. */
  endSoon(): void {
    this.#ending = true;
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let answer: Answer;
    try {
      answer = await this.#route(request);
    } catch (error) {
      answer = this.#problem(error);
    }
    // What of the body was not read is not waited for.
    request.resume();
    const body = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body);
    response.writeHead(answer.status, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      [protocolHeader]: String(this.#protocol),
      ...answer.headers,
      ...(this.#ending || !request.complete ? { connection: 'close' } : {}),
    });
    response.end(body);
  }

  async #route(request: IncomingMessage): Promise<Answer> {
    const { registry } = this.#options;
    const operation = `${request.method ?? ''} ${request.url ?? ''}`;
    if (operation === `GET ${agentPaths.authority}`) {
      return { status: 200, body: registry.authority.certificate, headers: { 'content-type': 'text/plain' } };
    }
    this.#checkProtocol(request);
    switch (operation) {
      case `POST ${agentPaths.enrol}`:
        return this.#enrol(request);
      case `POST ${agentPaths.renew}`:
        return this.#renew(await this.#agentOf(request), request);
      case `POST ${agentPaths.batch}`:
        return this.#batch(await this.#agentOf(request), request);
      case `POST ${agentPaths.heartbeat}`:
        return this.#heartbeat(await this.#agentOf(request), request);
      case `GET ${agentPaths.rules}`:
        await this.#agentOf(request);
        return this.#servedRules();
      default:
        return problem(404, 'usage.invalid', 'there is nothing at this address');
    }
  }

  #checkProtocol({ headers }: IncomingMessage): void {
    const other = Number(headers[protocolHeader] ?? NaN);
    if (!understands(this.#protocol, other)) {
      throw new AppError(
        'agent.protocol',
        `the agent speaks protocol ${Number.isNaN(other) ? 'none' : other}, this server ${this.#protocol}`,
        { hint: 'Install versions that are neighbours: first the server, then the agents.' },
      );
    }
  }

  async #enrol(request: IncomingMessage): Promise<Answer> {
    const { tokens, registry, now, audit, log } = this.#options;
    const address = request.socket.remoteAddress ?? '';
    const [, secret = ''] = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '') ?? [];
    const principal = tokens.principal(secret, now());
    if (principal?.scopes.includes('agent') !== true) {
      log.warn('an agent was refused: it has no join token', { address });
      return this.#tries.take(address, now())
        ? problem(
            401,
            'agent.enrolment',
            'the join token is unknown or has expired',
            'Make a new one on the server: lanner server token',
          )
        : tooMany();
    }
    const input = await jsonOf(request, EnrolShape);
    const { id, issued } = await registry.enrol(input, { name: principal.name, secret });
    await audit.append({
      atMs: now(),
      by: principal.name,
      action: 'agent.enrol',
      target: id,
      details: { name: input.name, version: input.version },
      address,
    });
    log.info('agent was enrolled', { agent: id, name: input.name, address });
    return {
      status: 200,
      body: { id, certificate: issued.certificate, authority: registry.authority.certificate },
    };
  }

  async #renew(agent: Agent, request: IncomingMessage): Promise<Answer> {
    const { registry, log } = this.#options;
    const issued = await registry.renew(agent, await jsonOf(request, RenewShape));
    log.info('agent has a new certificate', { agent: agent.id, name: agent.name });
    return {
      status: 200,
      body: { certificate: issued.certificate, authority: registry.authority.certificate },
    };
  }

  async #batch(agent: Agent, request: IncomingMessage): Promise<Answer> {
    const end = this.#batches.take(agent.id);
    if (end === null) {
      return tooMany();
    }
    try {
      const source = { agent: agent.id, node: agent.name, spool: await this.#spoolOf(agent, request) };
      const packed = await readBody(request, maxBatchBytes);
      const { records, malformed } = readBatch(await textOf(packed, request.headers['content-encoding']));
      if (malformed > 0) {
        this.#options.intake.rejected += malformed;
        this.#options.log.warn('records of a batch were none', { agent: agent.id, records: malformed });
      }
      // Revoked while it was read: nothing more of it is taken.
      await this.#agentOf(request);
      const last = await this.#options.intake.take(source, records);
      return { status: 200, body: { last } };
    } finally {
      end();
    }
  }

  async #heartbeat(agent: Agent, request: IncomingMessage): Promise<Answer> {
    const { registry, intake, rules } = this.#options;
    const health = await jsonOf(request, HealthShape);
    const spool = await this.#spoolOf(agent, request);
    await registry.note(agent.id, health);
    const last = await intake.lastOf({ agent: agent.id, spool });
    return { status: 200, body: { last, ...(rules === null ? {} : { rules: rules.served().revision }) } };
  }

  #servedRules(): Answer {
    const set = this.#options.rules?.served();
    if (set === undefined) {
      return problem(404, 'store.missing', 'this server keeps no rules');
    }
    const body = JSON.stringify(set);
    const length = Buffer.byteLength(body);
    if (length > maxServedRulesBytes) {
      return problem(
        413,
        'artifact.limit',
        `rules and exceptions of the page have ${length} bytes, agents take ${maxServedRulesBytes}`,
        'Remove exceptions that are not needed any more.',
      );
    }
    return { status: 200, body };
  }

  async #spoolOf(agent: Agent, { headers }: IncomingMessage): Promise<string> {
    const { intake, now } = this.#options;
    const spool = headers[spoolHeader];
    if (typeof spool !== 'string' || !/^[0-9a-f]{16}$/.test(spool)) {
      throw new AppError('usage.invalid', `the header ${spoolHeader} is missing`);
    }
    if (this.#spoolNow.get(agent.id) !== spool) {
      const isNew = (await intake.lastOf({ agent: agent.id, spool })) === 0;
      if (isNew && !this.#spools.take(agent.id, now())) {
        throw new AppError('server.busy', 'this agent has had many spools within a short time', {
          hint: 'Check that its data folder is kept when it is started again.',
        });
      }
      this.#spoolNow.set(agent.id, spool);
    }
    return spool;
  }

  /** Throws AppError 'access.denied' for whoever is no agent of this server. */
  async #agentOf({ socket }: IncomingMessage): Promise<Agent> {
    const { registry, now } = this.#options;
    const certificate = socket instanceof TLSSocket ? socket.getPeerX509Certificate() : undefined;
    if (!(socket instanceof TLSSocket) || certificate === undefined) {
      throw new AppError('access.denied', 'a certificate is needed', {
        hint: 'Enrol with a join token: lanner server token',
      });
    }
    if (!socket.authorized) {
      throw new AppError(
        'access.denied',
        `the certificate is not good: ${String(socket.authorizationError)}`,
        {
          hint: 'Enrol again with a join token: lanner server token',
        },
      );
    }
    if (certificate.validToDate.getTime() <= now()) {
      throw new AppError('access.denied', 'the certificate has expired', {
        hint: 'Enrol again with a join token: lanner server token',
      });
    }
    const agent = await registry.authenticate(idOf(certificate), certificate.serialNumber);
    this.#remember(agent.id, socket);
    return agent;
  }

  #remember(agent: string, socket: Socket): void {
    const sockets = this.#sockets.get(agent) ?? new Set();
    if (sockets.has(socket)) {
      return;
    }
    sockets.add(socket);
    this.#sockets.set(agent, sockets);
    socket.once('close', () => {
      sockets.delete(socket);
      if (sockets.size === 0) {
        this.#sockets.delete(agent);
      }
    });
  }

  #problem(error: unknown): Answer {
    if (error instanceof AppError) {
      const status = statuses[error.code] ?? 500;
      const wait: Record<string, string> = status === 429 || status === 503 ? { 'retry-after': '1' } : {};
      return problem(status, error.code, error.message, error.hint, wait);
    }
    this.#options.log.error('request of an agent failed', {
      reason: error instanceof Error ? error.message : String(error),
    });
    return problem(
      500,
      'store.failed',
      'the request could not be carried out',
      'The log of the server says why.',
    );
  }
}

function idOf({ subject }: X509Certificate): string {
  return /^CN=([0-9a-f]{16})$/.exec(subject)?.[1] ?? '';
}

function problem(
  status: number,
  code: ErrorCode,
  message: string,
  hint?: string,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return { status, body: { error: { code, message, ...(hint === undefined ? {} : { hint }) } }, headers };
}

function tooMany(): Answer {
  return problem(429, 'server.busy', 'too many requests', 'Wait a moment.', { 'retry-after': '1' });
}
