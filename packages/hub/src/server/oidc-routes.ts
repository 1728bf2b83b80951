import { randomBytes } from 'node:crypto';
import { AppError, type Log } from '@lanner/core';
import type { Context } from 'hono';
import { getCookie } from 'hono/cookie';
import type { Attempt, Attempts } from '../oidc/attempts.ts';
import { stateName } from '../oidc/attempts.ts';
import { type Claims, namesOf, roleOf } from '../oidc/claims.ts';
import type { OidcProvider } from '../oidc/provider.ts';
import { Refusal } from '../oidc/refusal.ts';
import type { AuditLog } from '../store/document-store.ts';
import { setCookie } from './admission.ts';
import type { Api } from './api.ts';
import { ownPlace } from './own-place.ts';
import { RateLimit } from './rate-limit.ts';
import type { Sessions } from './sessions.ts';
import type { Identity, User, Users } from './users.ts';

export interface OidcRoutesOptions {
  readonly provider: OidcProvider;
  readonly attempts: Attempts;
  readonly users: Users;
  readonly sessions: Sessions;
  readonly audit: AuditLog;
  /** Whether the page is reached by TLS. */
  readonly secure: boolean;
  readonly log: Log;
  readonly now: () => number;
  readonly addressOf: (context: Context) => string;
}

/** Where the page sends a browser that is to sign in by the provider. */
export const oidcStart = '/auth/oidc/start';
/** Where the provider sends it back; this address is registered there. */
export const oidcCallback = '/auth/oidc/callback';

/** Sign-ins that are begun, or come back, from an address: thirty at once, then one a second. */
const byAddress = { burst: 30, perSecond: 1 };
/** Tries of one browser that are under way at the same time. */
const maxCookies = 5;

/**
 * Signing in by the provider: two addresses that a browser goes to. Both answer with a redirection, to the provider, to
 * the place on the page where it began, or to the page with the reason why not.
 */
export function addOidc(api: Api, options: OidcRoutesOptions): void {
  const limit = new RateLimit(byAddress.burst, byAddress.perSecond);
  const guarded =
    (work: (context: Context) => Promise<Response>) =>
    async (context: Context): Promise<Response> => {
      try {
        if (!limit.take(options.addressOf(context), options.now())) {
          throw new Refusal('limited', 'too many tries to sign in');
        }
        return await work(context);
      } catch (error) {
        if (error instanceof Refusal) {
          return refused(options, context, error, ownPlace(context.req.query('to') ?? ''));
        }
        throw error;
      }
    };
  api.app.get(
    oidcStart,
    guarded((context) => start(options, context)),
  );
  api.app.get(
    oidcCallback,
    guarded((context) => comeBack(options, context)),
  );
}

async function start(options: OidcRoutesOptions, context: Context): Promise<Response> {
  const { provider, attempts, secure, now } = options;
  const attempt: Attempt = {
    to: ownPlace(context.req.query('to') ?? '') ?? '/',
    nonce: randomBytes(24).toString('base64url'),
    verifier: randomBytes(48).toString('base64url'),
    redirectUri: `${pageOrigin(options, context)}${oidcCallback}`,
  };
  // The provider first: what cannot be reached begins nothing.
  await provider.check();
  const { state, secret } = attempts.begin(attempt, now());
  const answer = goTo((await provider.authorizationUrl(attempt, state)).href);
  // Browsers send the oldest first.
  for (const name of Object.keys(getCookie(context))
    .filter((each) => each.startsWith(cookiePrefix(secure)))
    .slice(0, 1 - maxCookies)) {
    answer.headers.append('set-cookie', stateCookie(name, null, secure));
  }
  answer.headers.append(
    'set-cookie',
    stateCookie(`${cookiePrefix(secure)}${stateName(state)}`, secret, secure),
  );
  return answer;
}

async function comeBack(options: OidcRoutesOptions, context: Context): Promise<Response> {
  const { provider, attempts, secure, now } = options;
  const state = context.req.query('state') ?? '';
  const cookie = `${cookiePrefix(secure)}${stateName(state)}`;
  const attempt = attempts.take(state, getCookie(context, cookie), now());
  if ('no' in attempt) {
    const { no, to } = attempt;
    return refused(options, context, new Refusal(no, reasons[no]), to);
  }
  try {
    const claims = await provider.claims(new URL(context.req.url).search, attempt, state);
    const user = await userOf(options, context, claims);
    const { secret } = await options.sessions.open(user.name, now());
    const answer = goTo(attempt.to);
    answer.headers.append('set-cookie', setCookie(secret, secure));
    answer.headers.append('set-cookie', stateCookie(cookie, null, secure));
    return answer;
  } catch (error) {
    if (error instanceof Refusal) {
      return refused(options, context, error, attempt.to);
    }
    throw error;
  }
}

const reasons = {
  over: 'the state is unknown or older than ten minutes',
  browser: 'the browser that came back has not the cookie of the one that began',
  used: 'the state was used before',
} as const;

/** Whoever the claims are about, with the role that they have from now on. Throws Refusal. */
async function userOf(options: OidcRoutesOptions, context: Context, claims: Claims): Promise<User> {
  const { provider, users, sessions, audit, now } = options;
  const { issuer, nameClaim, roles } = provider.settings;
  // The library has checked both.
  const identity: Identity = { issuer: String(claims['iss']), subject: String(claims['sub']) };
  const names = namesOf(claims, nameClaim, issuer.host);
  const note = (by: string, action: string, details: Record<string, unknown>): Promise<void> =>
    audit.append({
      atMs: now(),
      by,
      action,
      target: '',
      details: { provider: details },
      address: options.addressOf(context),
    });
  const refuse = async (why: 'role' | 'name', reason: string): Promise<Refusal> => {
    const known = users.ofIdentity(identity);
    if (known !== null) {
      await sessions.endOf(known.name);
    }
    await note(known?.name ?? names[0] ?? '', 'session.refused', { ...identity, why });
    return new Refusal(why, reason);
  };
  const role = roleOf(claims, roles);
  if (role === null) {
    throw await refuse(
      'role',
      `the claim ${roles.claim ?? ''} of ${identity.subject} has no value with a role`,
    );
  }
  const found = await users.external(identity, { names, role, saysRole: roles.claim !== null }, now());
  if (found === null) {
    throw await refuse('name', `no name of ${identity.subject} is free: ${names.join(', ')}`);
  }
  const { user, change } = found;
  if (change !== null) {
    const action = change === 'created' ? 'user.create' : 'user.change';
    await note(user.name, action, { ...identity, role: user.role });
  }
  await note(user.name, 'session.begin', { issuer: identity.issuer });
  return user;
}

/** Back to the page, which says why; the log says more, under the same reference. */
function refused(
  { log }: OidcRoutesOptions,
  context: Context,
  refusal: Refusal,
  to: string | null,
): Response {
  const ref = randomBytes(4).toString('hex');
  const { why, message, hint } = refusal;
  log.warn('signing in by the provider failed', {
    why,
    reason: message,
    ...(hint === undefined ? {} : { hint }),
    ref,
    path: context.req.path,
  });
  const query = new URLSearchParams({ problem: why, ref, ...(to === null ? {} : { to }) });
  return goTo(`/sign-in?${query.toString()}`);
}

function goTo(address: string): Response {
  return new Response(null, {
    status: 303,
    headers: {
      location: address,
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'content-security-policy': "default-src 'none'",
    },
  });
}

/**
 * Where the browser says that it is, unless the configuration does. The provider sends nobody to where it does not know.
 * Throws AppError 'usage.invalid' for what is no address, such as that of two host headers.
 */
export function pageOrigin(
  { provider, secure }: Pick<OidcRoutesOptions, 'provider' | 'secure'>,
  { req }: Pick<Context, 'req'>,
): string {
  const { pageOrigin: known } = provider.settings;
  if (known !== null) {
    return known;
  }
  const said = URL.parse(`${secure ? 'https' : 'http'}://${req.header('host') ?? ''}`);
  if (said === null) {
    throw new AppError('usage.invalid', 'the host of the request makes no address');
  }
  return said.origin;
}

function cookiePrefix(secure: boolean): string {
  return secure ? '__Host-lanner-signin-' : 'lanner-signin-';
}

/** Lax: it has to come along when the provider sends the browser back. */
function stateCookie(name: string, secret: string | null, secure: boolean): string {
  return [
    `${name}=${secret ?? ''}`,
    'Path=/',
    'HttpOnly',
    'SameSite=Lax',
    ...(secure ? ['Secure'] : []),
    `Max-Age=${secret === null ? 0 : 600}`,
  ].join('; ');
}
