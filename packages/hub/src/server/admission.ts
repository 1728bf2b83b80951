import { timingSafeEqual } from 'node:crypto';
import type { Log } from '@lanner/core';
import type { Route, Scope } from '@lanner/api/http';
import type { Context } from 'hono';
import { getCookie } from 'hono/cookie';
import { mayDo, type Principal, type Tokens } from './tokens.ts';
import { refuse } from './answer.ts';
import type { RateLimit } from './rate-limit.ts';
import type { Session, Sessions } from './sessions.ts';
import type { Users } from './users.ts';

export interface AdmissionOptions {
  readonly tokens: Tokens;
  readonly users: Users;
  readonly sessions: Sessions;
  /** Whether the page is reached by TLS. */
  readonly secure: boolean;
  readonly limit: RateLimit;
  /** Failed tries to authenticate, by address. */
  readonly failures: RateLimit;
  readonly log: Log;
  readonly now: () => number;
  /** The address of whoever asks. */
  readonly addressOf: (context: Context) => string;
}

/** Who asks, and by which session; a token has none. */
export interface Visitor {
  readonly principal: Principal;
  readonly session: Session | null;
}

const csrfHeader = 'x-lanner-csrf';
const nobody: Visitor = { principal: { name: 'anonymous', scopes: [] }, session: null };

/** Decides who may do what: by a token, or by the session of a browser. */
export class Admission {
  readonly #options: AdmissionOptions;

  constructor(options: AdmissionOptions) {
    this.#options = options;
  }

  /** Who asks, when they may; a response otherwise. */
  admit(context: Context, { scope }: Pick<Route, 'scope'>): Visitor | Response {
    const nowMs = this.#options.now();
    const visitor = this.#visitor(context, nowMs);
    if (scope === null) {
      // What is open to all stays so with a token that opens nothing.
      return this.#open(context, visitor instanceof Response ? null : visitor, nowMs);
    }
    if (visitor instanceof Response) {
      return visitor;
    }
    return visitor === null ? unknown(context) : this.#known(context, visitor, scope, nowMs);
  }

  #known(context: Context, visitor: Visitor, scope: Scope, nowMs: number): Visitor | Response {
    const { limit, sessions, log } = this.#options;
    const { principal, session } = visitor;
    if (!limit.take(session === null ? principal.name : `user ${principal.name}`, nowMs)) {
      return tooMany();
    }
    if (session !== null) {
      if (changes(context) && !(isOwnPage(context) && bringsCsrf(context, session))) {
        return refuse(
          403,
          'access.denied',
          'the request does not come from the page',
          'Load the page again.',
        );
      }
      sessions.note(session, nowMs).catch((error: unknown) => {
        log.warn('use of a session was not noted', { reason: String(error) });
      });
    }
    return mayDo(principal, scope) ? visitor : lacking(visitor, scope);
  }

  #open(context: Context, visitor: Visitor | null, nowMs: number): Visitor | Response {
    const { limit, addressOf } = this.#options;
    if (changes(context) && !isOwnPage(context)) {
      return refuse(403, 'access.denied', 'the request comes from another page');
    }
    return limit.take(addressOf(context), nowMs) ? (visitor ?? nobody) : tooMany();
  }

  #visitor(context: Context, nowMs: number): Visitor | Response | null {
    const { failures, tokens, addressOf } = this.#options;
    const secret = secretOf(context.req.header('authorization') ?? '');
    if (secret === null) {
      return this.#ofSession(context, nowMs);
    }
    const principal = tokens.principal(secret, nowMs);
    if (principal !== null) {
      return { principal, session: null };
    }
    return failures.take(addressOf(context), nowMs)
      ? unknown(context, 'the token is not known here, has expired, or was revoked')
      : tooMany();
  }

  #ofSession(context: Context, nowMs: number): Visitor | null {
    const { sessions, users, secure } = this.#options;
    const secret = getCookie(context, cookieName(secure));
    const session = secret === undefined ? null : sessions.find(secret, nowMs);
    const user = session === null ? null : users.get(session.user);
    return session === null || user === null
      ? null
      : { principal: { name: user.name, scopes: [user.role] }, session };
  }
}

/** Cookies of this prefix are bound to one host and to TLS; plain HTTP is for loopback, which browsers take for safe. */
function cookieName(secure: boolean): string {
  return secure ? '__Host-lanner' : 'lanner';
}

/** The value of Set-Cookie; without a secret, one that removes the cookie. */
export function setCookie(secret: string | null, secure: boolean): string {
  return [
    `${cookieName(secure)}=${secret ?? ''}`,
    'Path=/',
    'HttpOnly',
    'SameSite=Strict',
    ...(secure ? ['Secure'] : []),
    ...(secret === null ? ['Max-Age=0'] : []),
  ].join('; ');
}

function changes({ req }: Context): boolean {
  return req.method !== 'GET' && req.method !== 'HEAD';
}

/** Whether a browser says that its request comes from our own page. What is no browser says nothing. */
function isOwnPage({ req }: Context): boolean {
  const site = req.header('sec-fetch-site');
  if (site !== undefined) {
    return site === 'same-origin';
  }
  const origin = req.header('origin');
  return origin === undefined || hostOf(origin) === req.header('host');
}

function hostOf(origin: string): string | null {
  return URL.canParse(origin) ? new URL(origin).host : null;
}

function bringsCsrf({ req }: Context, { csrf }: Session): boolean {
  const given = Buffer.from(req.header(csrfHeader) ?? '');
  const kept = Buffer.from(csrf);
  return given.length === kept.length && timingSafeEqual(given, kept);
}

function lacking({ principal: { name }, session }: Visitor, scope: Scope): Response {
  return session === null
    ? refuse(403, 'access.denied', `the token ${name} lacks the scope ${scope}`)
    : refuse(
        403,
        'access.denied',
        `${name} may not do this: it needs the role ${scope}`,
        'Ask an administrator.',
      );
}

function tooMany(): Response {
  return refuse(429, 'access.limited', 'too many requests', 'Wait a moment.', { 'retry-after': '1' });
}

function unknown({ req }: Context, why = 'a token is needed'): Response {
  // Asked like that, a browser would open a window of its own over the page.
  const ofPage = req.header('sec-fetch-site') === 'same-origin';
  return refuse(
    401,
    'access.denied',
    ofPage ? 'nobody is signed in here' : why,
    ofPage ? 'Sign in.' : 'Send it as Authorization: Bearer TOKEN.',
    ofPage ? {} : { 'www-authenticate': 'Bearer, Basic realm="lanner"' },
  );
}

/** A token as bearer, or as the password of falcosidekick-ui's clients. */
function secretOf(authorization: string): string | null {
  const [, scheme = '', value = ''] = /^(Bearer|Basic) +(\S+)$/i.exec(authorization) ?? [];
  if (scheme.toLowerCase() === 'basic') {
    return Buffer.from(value, 'base64').toString().split(':').slice(1).join(':');
  }
  return value === '' ? null : value;
}
