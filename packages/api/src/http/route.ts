import type { z } from 'zod';
import type { Scope } from '../scopes.ts';

/** One operation of the HTTP API: its shapes, and what they mean. */
export interface Route<
  Query extends z.ZodType = z.ZodType,
  Body extends z.ZodType = z.ZodType,
  Result extends z.ZodType = z.ZodType,
> {
  readonly method: 'get' | 'post' | 'put' | 'delete';
  /** With `:name` for what varies. */
  readonly path: string;
  /** One sentence. */
  readonly summary: string;
  /** Whoever asks needs this; null for everybody. */
  readonly scope: Scope | null;
  readonly query: Query;
  readonly body: Body;
  readonly result: Result;
  /** The media type of the result; JSON if absent. */
  readonly type?: string;
  /** Writes stand in the audit log under this name; absent for reads. */
  readonly audit?: string;
  /** Keys of the body that stand nowhere, not in the audit log either. */
  readonly secrets?: readonly string[];
}

export function defineRoute<Query extends z.ZodType, Body extends z.ZodType, Result extends z.ZodType>(
  route: Route<Query, Body, Result>,
): Route<Query, Body, Result> {
  return route;
}

/** What is handed over, before the schema has read it, and what comes back. */
export type QueryOf<R extends Route> = z.input<R['query']>;
export type BodyOf<R extends Route> = z.input<R['body']>;
export type ResultOf<R extends Route> = z.output<R['result']>;
