import { AppError, type ErrorCode, type Log } from '@lanner/core';
import { exactJson } from '@lanner/api';
import { openApiDocument, type Route } from '@lanner/api/http';
import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { z } from 'zod';
import type { AuditLog } from '../store/document-store.ts';
import { mayDo, type Principal, type Tokens } from './access.ts';
import type { RateLimit } from './rate-limit.ts';

/** One request, checked. */
export interface Call<R extends Route = Route> {
  readonly query: z.output<R['query']>;
  readonly body: z.output<R['body']>;
  readonly params: Readonly<Record<string, string>>;
  readonly principal: Principal;
  readonly nowMs: number;
}

export type Handler<R extends Route> = (call: Call<R>) => Promise<z.input<R['result']>>;

export type Handlers<Routes extends Readonly<Record<string, Route>>> = {
  readonly [Name in keyof Routes]: Handler<Routes[Name]>;
};

export interface ApiOptions {
  readonly tokens: Tokens;
  readonly audit: AuditLog;
  readonly limit: RateLimit;
  /** Failed tries to authenticate, by address. */
  readonly failures: RateLimit;
  readonly log: Log;
  readonly now: () => number;
  readonly version: string;
  /** The address of whoever asks. */
  readonly addressOf: (context: Context) => string;
}

const maxBodyBytes = 2 ** 20;
const nobody: Principal = { name: 'anonymous', scopes: [] };

/** The HTTP API: checks access and shapes, carries out, writes the audit log. */
export class Api {
  readonly app = new Hono();
  readonly #options: ApiOptions;
  readonly #routes: Record<string, Route> = {};

  constructor(options: ApiOptions) {
    this.#options = options;
    this.app.use(
      '*',
      bodyLimit({
        maxSize: maxBodyBytes,
        onError: () => refuse(413, 'usage.invalid', 'the body is too long'),
      }),
    );
    this.app.onError((error) => this.#problem(error));
    this.app.notFound(() => refuse(404, 'usage.invalid', 'there is nothing at this address'));
    this.app.get('/api/v1/openapi.json', () => answerJson(openApiDocument(this.#routes, options.version)));
  }

  add<Routes extends Readonly<Record<string, Route>>>(routes: Routes, handlers: Handlers<Routes>): void {
    for (const [name, route] of Object.entries(routes)) {
      this.#routes[name] = route;
      // A handler takes what its own route's schemas give.
      const handler = handlers[name] as unknown as Handler<Route>;
      this.app.on(route.method.toUpperCase(), route.path, (context) =>
        this.#carryOut(context, route, handler),
      );
    }
  }

  /** Who asks, when they may; a response otherwise. For what is no plain route, such as streams. */
  admit(context: Context, route: Pick<Route, 'scope'>): Principal | Response {
    const { limit, failures, tokens, now, addressOf } = this.#options;
    const address = addressOf(context);
    const nowMs = now();
    if (route.scope === null) {
      return limit.take(address, nowMs) ? nobody : tooMany();
    }
    const secret = secretOf(context.req.header('authorization') ?? '');
    const principal = secret === null ? null : tokens.principal(secret, nowMs);
    if (principal === null) {
      if (secret !== null && !failures.take(address, nowMs)) {
        return tooMany();
      }
      return refuse(401, 'access.denied', 'a token is needed', 'Send it as Authorization: Bearer TOKEN.', {
        'www-authenticate': 'Bearer, Basic realm="lanner"',
      });
    }
    if (!limit.take(principal.name, nowMs)) {
      return tooMany();
    }
    return mayDo(principal, route.scope)
      ? principal
      : refuse(403, 'access.denied', `the token ${principal.name} lacks the scope ${route.scope}`);
  }

  async #carryOut(context: Context, route: Route, handler: Handler<Route>): Promise<Response> {
    const principal = this.admit(context, route);
    if (principal instanceof Response) {
      return principal;
    }
    const query = route.query.safeParse(queryOf(context));
    const body = route.body.safeParse(await bodyOf(context));
    if (!query.success || !body.success) {
      return refuse(
        400,
        'usage.invalid',
        [query, body].flatMap(({ error }) => error?.issues.map(printIssue) ?? []).join('; '),
      );
    }
    const call: Call = {
      query: query.data,
      body: body.data,
      params: context.req.param(),
      principal,
      nowMs: this.#options.now(),
    };
    const result = await handler(call);
    if (route.audit !== undefined) {
      await this.#options.audit.append({
        atMs: call.nowMs,
        by: principal.name,
        action: route.audit,
        target: Object.values(call.params).join('/'),
        details: { query: call.query, body: call.body },
        address: this.#options.addressOf(context),
      });
    }
    return answerJson(result);
  }

  #problem(error: Error): Response {
    if (error instanceof AppError) {
      return refuse(statuses[error.code] ?? 500, error.code, error.message, error.hint);
    }
    this.#options.log.error('request failed', { reason: error.message, stack: error.stack });
    return refuse(
      500,
      'store.failed',
      'the request could not be carried out',
      'The log of the server says why.',
    );
  }
}

const statuses: Readonly<Partial<Record<ErrorCode, number>>> = {
  'usage.invalid': 400,
  'query.invalid': 400,
  'config.invalid': 400,
  'alert.invalid': 400,
  'access.denied': 403,
  'store.missing': 404,
  'store.conflict': 409,
  'server.busy': 503,
  'store.full': 503,
  'store.readonly': 503,
  'output.failed': 502,
  'output.rejected': 502,
  'output.timeout': 504,
};

function answerJson(value: unknown): Response {
  return new Response(exactJson(value), {
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
  });
}

function tooMany(): Response {
  return refuse(429, 'server.busy', 'too many requests', 'Wait a moment.', { 'retry-after': '1' });
}

function refuse(
  status: number,
  code: ErrorCode,
  message: string,
  hint?: string,
  headers: Readonly<Record<string, string>> = {},
): Response {
  const body = exactJson({ error: { code, message, ...(hint === undefined ? {} : { hint }) } });
  return new Response(body, {
    status,
    headers: { 'content-type': 'application/json', ...headers },
  });
}

/** A token as bearer, or as the password of falcosidekick-ui's clients. */
function secretOf(authorization: string): string | null {
  const [, scheme = '', value = ''] = /^(Bearer|Basic) +(\S+)$/i.exec(authorization) ?? [];
  if (scheme.toLowerCase() === 'basic') {
    return Buffer.from(value, 'base64').toString().split(':').slice(1).join(':');
  }
  return value === '' ? null : value;
}

function queryOf(context: Context): Record<string, string | string[]> {
  return Object.fromEntries(
    Object.entries(context.req.queries()).map(([name, values]) => [
      name,
      values.length === 1 ? (values[0] ?? '') : values,
    ]),
  );
}

async function bodyOf(context: Context): Promise<unknown> {
  const text = await context.req.text();
  if (text === '') {
    return {};
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new AppError('usage.invalid', 'the body is no JSON', { cause: error });
  }
}

function printIssue({ path, message }: z.core.$ZodIssue): string {
  return path.length === 0 ? message : `${path.join('.')}: ${message}`;
}
