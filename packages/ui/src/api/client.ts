import { exactJson, parseExactJson } from '@lanner/api';
import type { ApiRoutes, BodyOf, QueryOf, ResultOf } from '@lanner/api/http';
import { signal } from '@preact/signals';
import { type Operation, operations } from './operations.ts';

/** What the server said no to, or that it could not be reached. */
export class Failure extends Error {
  override readonly name = 'Failure';
  /** 0 when the server was not reached. */
  readonly status: number;
  readonly hint: string;

  constructor(status: number, message: string, hint: string) {
    super(message);
    this.status = status;
    this.hint = hint;
  }
}

export type Answer<Name extends Operation> = ResultOf<ApiRoutes[Name]>;
export type Session = Answer<'sessionState'>;

/** Who is signed in; null before the server has said so. */
export const session = signal<Session | null>(null);

/** As long as the server has not said otherwise. */
export const nobody: Session = { setup: false, you: null, csrf: null, provider: null };

export interface Request<Name extends Operation> {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: QueryOf<ApiRoutes[Name]> | URLSearchParams;
  readonly body?: BodyOf<ApiRoutes[Name]>;
  readonly signal?: AbortSignal;
}

/** Carries out one operation. Throws Failure. */
export async function call<Name extends Operation>(
  name: Name,
  { params = {}, query, body, signal: abort }: Request<Name> = {},
): Promise<Answer<Name>> {
  const [method = 'GET', path = ''] = operations[name].split(' ');
  const address = path.replaceAll(/:(\w+)/g, (_, key: string) => encodeURIComponent(params[key] ?? ''));
  const csrf = session.peek()?.csrf ?? null;
  const response = await reach(`${address}${queryText(query)}`, {
    method,
    headers: {
      ...(csrf === null ? {} : { 'x-lanner-csrf': csrf }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: exactJson(body) }),
    ...(abort === undefined ? {} : { signal: abort }),
  });
  if (!response.ok) {
    throw await failureOf(response);
  }
  // The schema of this operation made it. Whole numbers of events may be more than a double holds.
  return parseExactJson(await response.text()) as Answer<Name>;
}

async function reach(address: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(address, init);
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') {
      throw error;
    }
    throw new Failure(
      0,
      'The server cannot be reached.',
      'Check that it runs; this page tries again by itself.',
    );
  }
}

async function failureOf(response: Response): Promise<Failure> {
  if (response.status === 401 && (session.peek()?.you ?? null) !== null) {
    // The session is over: what comes next is signing in, with this address kept.
    session.value = { ...nobody, provider: session.peek()?.provider ?? null };
  }
  const text = await response.text();
  try {
    const { error } = JSON.parse(text) as { error: { message: string; hint?: string } };
    return new Failure(response.status, sentence(error.message), sentence(error.hint ?? ''));
  } catch {
    return new Failure(response.status, `The server answered ${response.status}.`, 'Its log says why.');
  }
}

function sentence(text: string): string {
  const end = text === '' || /[.!?]$/.test(text) ? '' : '.';
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${end}`;
}

/** Parameters with several values are repeated; those without a value are left out. */
export function queryText(query: URLSearchParams | Readonly<Record<string, unknown>> | undefined): string {
  const entries = query instanceof URLSearchParams ? [...query] : Object.entries(query ?? {});
  const search = new URLSearchParams();
  for (const [name, value] of entries) {
    for (const item of Array.isArray(value) ? value : [value]) {
      if (typeof item === 'string' || typeof item === 'number' || typeof item === 'boolean') {
        search.append(name, String(item));
      }
    }
  }
  const text = search.toString();
  return text === '' ? '' : `?${text}`;
}

/** Whether whoever is signed in may act on alerts and findings, or administer. */
export function may(scope: 'triage' | 'admin'): boolean {
  const scopes = session.value?.you?.scopes ?? [];
  return scopes.includes('admin') || scopes.includes(scope);
}
