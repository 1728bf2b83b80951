import { AppError, nearest, type ErrorCode } from '@lanner/core';
import { openApiDocument, type Route } from '@lanner/api/http';
import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { z } from 'zod';
import type { AuditLog } from '../store/document-store.ts';
import type { Principal } from './tokens.ts';
import { Admission, type AdmissionOptions, type Visitor } from './admission.ts';
import { answerJson, refuse } from './answer.ts';
import type { Session } from './sessions.ts';

/** One request, checked. */
export interface Call<R extends Route = Route> {
  readonly query: z.output<R['query']>;
  readonly body: z.output<R['body']>;
  readonly params: Readonly<Record<string, string>>;
  readonly principal: Principal;
  /** Null for a token, and for whoever is not signed in. */
  readonly session: Session | null;
  readonly nowMs: number;
  /** Of whoever asks. */
  readonly address: string;
  /** What the answer says beside its body. */
  readonly answerHeaders: Headers;
}

export type Handler<R extends Route> = (call: Call<R>) => Promise<z.input<R['result']>>;

export type Handlers<Routes extends Readonly<Record<string, Route>>> = {
  readonly [Name in keyof Routes]: Handler<Routes[Name]>;
};

export interface ApiOptions extends AdmissionOptions {
  readonly audit: AuditLog;
  readonly version: string;
}

const maxBodyBytes = 2 ** 20;

/** The HTTP API: checks access and shapes, carries out, writes the audit log. */
export class Api {
  readonly app = new Hono();
  readonly #options: ApiOptions;
  readonly #admission: Admission;
  readonly #routes: Record<string, Route> = {};

  constructor(options: ApiOptions) {
    this.#options = options;
    this.#admission = new Admission(options);
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

  /** Puts routes into the document of the API whose answers are no plain ones, such as streams: others carry them out. */
  describe(routes: Readonly<Record<string, Route>>): void {
    Object.assign(this.#routes, routes);
  }

  /** Who asks, when they may; a response otherwise. For what is no plain route, such as streams. */
  admit(context: Context, route: Pick<Route, 'scope'>): Visitor | Response {
    return this.#admission.admit(context, route);
  }

  /** The query of a request, checked. For what is no plain route, such as streams. Throws AppError 'usage.invalid'. */
  queryOf<Query extends z.ZodType>(context: Context, schema: Query): z.output<Query> {
    const { data, error } = schema.safeParse(valuesOf(context));
    if (error !== undefined) {
      throw invalid([{ schema, error }]);
    }
    return data;
  }

  async #carryOut(context: Context, route: Route, handler: Handler<Route>): Promise<Response> {
    const visitor = this.admit(context, route);
    if (visitor instanceof Response) {
      return visitor;
    }
    const query = route.query.safeParse(valuesOf(context));
    const body = route.body.safeParse(await bodyOf(context));
    if (!query.success || !body.success) {
      throw invalid([
        { schema: route.query, error: query.error },
        { schema: route.body, error: body.error },
      ]);
    }
    const call: Call = {
      query: query.data,
      body: body.data,
      params: context.req.param(),
      ...visitor,
      nowMs: this.#options.now(),
      address: this.#options.addressOf(context),
      answerHeaders: new Headers(),
    };
    const result = await handler(call);
    if (route.audit !== undefined) {
      await this.#options.audit.append({
        atMs: call.nowMs,
        by: call.principal.name,
        action: route.audit,
        target: Object.values(call.params).join('/'),
        details: { query: call.query, body: withoutSecrets(call.body, route.secrets) },
        address: call.address,
      });
    }
    const answer = answerJson(result);
    for (const [name, value] of call.answerHeaders) {
      answer.headers.append(name, value);
    }
    return answer;
  }

  #problem(error: Error): Response {
    if (error instanceof AppError) {
      const status = statuses[error.code] ?? 500;
      return refuse(status, error.code, error.message, error.hint, waitOf(error, status));
    }
    if ('code' in error && error.code === 'ECONNRESET') {
      // Whoever asks went away before all of it was here; nobody reads this answer.
      return refuse(400, 'usage.invalid', 'the request was broken off');
    }
    if (error instanceof TypeError && error.message.startsWith('Failed to parse URL')) {
      return refuse(400, 'usage.invalid', 'host and path of the request make no address');
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
  'rules.invalid': 400,
  'alert.invalid': 400,
  'access.unknown': 401,
  'access.denied': 403,
  'access.limited': 429,
  'store.missing': 404,
  'store.conflict': 409,
  'server.busy': 503,
  'store.full': 503,
  'store.readonly': 503,
  'store.failed': 503,
  'output.failed': 502,
  'output.rejected': 502,
  'output.timeout': 504,
};

/** How long whoever asks is to wait, where the error says so, or the disk is to come back. */
function waitOf({ details: { retryAfterMs } }: AppError, status: number): Record<string, string> {
  if (typeof retryAfterMs === 'number') {
    return { 'retry-after': String(Math.ceil(retryAfterMs / 1000)) };
  }
  return status === 503 ? { 'retry-after': '5' } : {};
}

function withoutSecrets(body: unknown, secrets: readonly string[] = []): unknown {
  return typeof body === 'object' && body !== null
    ? Object.fromEntries(Object.entries(body).filter(([key]) => !secrets.includes(key)))
    : body;
}

function valuesOf(context: Context): Record<string, string | string[]> {
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

interface Checked {
  readonly schema: z.ZodType;
  readonly error: z.ZodError | undefined;
}

function invalid(parts: readonly Checked[]): AppError {
  const issues = parts.flatMap(({ error }) => error?.issues ?? []);
  const [hint] = parts.flatMap(namesNear);
  return new AppError('usage.invalid', issues.map(printIssue).join('; '), hint === undefined ? {} : { hint });
}

/** What else a name may be that nobody knows: of the query, or of the body itself. */
function namesNear({ schema, error }: Checked): string[] {
  const known = 'shape' in schema ? Object.keys(schema.shape as object) : [];
  return (error?.issues ?? []).flatMap((issue) => {
    if (issue.code !== 'unrecognized_keys' || issue.path.length > 0 || known.length === 0) {
      return [];
    }
    const near = issue.keys.map((key) => nearest(key, known)).find((name) => name !== null);
    return [near === undefined ? `There are ${known.join(', ')}.` : `Did you mean ${near}?`];
  });
}

function printIssue({ path, message }: z.core.$ZodIssue): string {
  return path.length === 0 ? message : `${path.join('.')}: ${message}`;
}
