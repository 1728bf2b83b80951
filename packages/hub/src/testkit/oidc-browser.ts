import { OidcProvider } from '../oidc/provider.ts';
import type { OidcSettings } from '../oidc/settings.ts';
import { type Bench, connection, openBench } from './api-bench.ts';
import { openOidcServer, type OidcServer, type OidcServerOptions } from './oidc-server.ts';

export const page = 'http://127.0.0.1:2802';
export const callback = `${page}/auth/oidc/callback`;
export const people = {
  ada: { preferred_username: 'ada', groups: ['admins'] },
  tom: { preferred_username: 'tom', groups: ['ops'] },
  nob: { preferred_username: 'nob', groups: ['guests'] },
};

/** A provider that knows three people: an administrator, one who triages, and one without a role. */
export async function provide(options: OidcServerOptions = {}): Promise<OidcServer> {
  const opened = await openOidcServer(options);
  opened.register(callback, page);
  for (const [name, claims] of Object.entries(people)) {
    opened.people.set(name, claims);
  }
  return opened;
}

/** How the page under test is set up. */
export interface SignInCase {
  readonly settings?: Partial<OidcSettings>;
  readonly of: OidcServer;
  readonly now?: () => number;
  readonly fetch?: typeof fetch;
}

export interface SignInBench extends Bench {
  readonly log: Record<string, unknown>[];
}

/** The API over a store in memory, with a provider to sign in by. */
export async function openSignIn({
  settings = {},
  of,
  now = Date.now,
  fetch: ownFetch = fetch,
}: SignInCase): Promise<SignInBench> {
  const provider = new OidcProvider(
    {
      issuer: new URL(of.issuer),
      title: 'Test',
      clientId: of.clientId,
      clientSecret: 'not so secret',
      clientAuth: null,
      scopes: ['openid', 'profile', 'groups'],
      nameClaim: 'preferred_username',
      roles: {
        claim: 'groups',
        values: { view: ['staff'], triage: ['ops'], admin: ['admins'] },
        fallback: null,
      },
      pageOrigin: null,
      clockSkewSeconds: 60,
      logout: false,
      ...settings,
    },
    { fetch: ownFetch, now },
  );
  const log: Record<string, unknown>[] = [];
  const keep = (message: string, details?: Record<string, unknown>): void => {
    log.push({ message, ...details });
  };
  const bench = await openBench({
    provider,
    now,
    secure: false,
    log: { debug: keep, info: keep, warn: keep, error: keep },
  });
  return { ...bench, log };
}

/** A browser with a cookie jar, before the page and the provider. */
export class Browser {
  readonly #bench: Bench;
  readonly #jars = new Map<string, Map<string, string>>();

  constructor(bench: Bench) {
    this.#bench = bench;
  }

  cookies(origin = page): Map<string, string> {
    const jar = this.#jars.get(origin) ?? new Map<string, string>();
    this.#jars.set(origin, jar);
    return jar;
  }

  async get(address: string, form?: string): Promise<Response> {
    const url = new URL(address, page);
    const jar = this.cookies(url.origin);
    const init: RequestInit = {
      method: form === undefined ? 'GET' : 'POST',
      redirect: 'manual',
      headers: {
        host: url.host,
        cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; '),
        ...(form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
      },
      ...(form === undefined ? {} : { body: form }),
    };
    const answer =
      url.origin === page
        ? await this.#bench.api.app.request(`${url.pathname}${url.search}`, init, connection)
        : await fetch(url, init);
    for (const cookie of answer.headers.getSetCookie()) {
      const [pair = ''] = cookie.split(';');
      const [name = '', value = ''] = pair.split(/=(.*)/s);
      if (value === '' || /max-age=0|expires=thu, 01 jan 1970/i.test(cookie)) {
        jar.delete(name);
      } else {
        jar.set(name, value);
      }
    }
    return answer;
  }

  /** As far as the provider's form. */
  async toProvider(to: string): Promise<string> {
    return this.follow(`/auth/oidc/start?to=${encodeURIComponent(to)}`);
  }

  /** Through redirections, until something answers otherwise or the page's callback is next. */
  async follow(address: string, form?: string): Promise<string> {
    let at = address;
    let answer = await this.get(at, form);
    for (let i = 0; i < 10; i++) {
      const next = answer.headers.get('location');
      if (next === null) {
        return at;
      }
      at = new URL(next, new URL(at, page)).href;
      if (at.startsWith(callback) || at.startsWith(`${page}/sign-in`)) {
        return at;
      }
      answer = await this.get(at);
    }
    throw new Error(`too many redirections, at ${at}`);
  }

  /** The whole way: where the callback leads. */
  async signIn(name: string, to = '/'): Promise<string> {
    const form = await this.toProvider(to);
    const back = form.includes('/sign-in/') ? await this.follow(form, `name=${name}`) : form;
    return back.startsWith(callback) ? this.end(back) : back;
  }

  async end(back: string): Promise<string> {
    return (await this.get(back)).headers.get('location') ?? '';
  }

  async session(): Promise<{ you: { name: string; role: string } | null; csrf: string | null }> {
    return (await (await this.get('/api/v1/session')).json()) as never;
  }
}

/** What a place on the page for signing in says of why nobody was. Throws for any other place. */
export function problemOf(place: string): string | null {
  if (!/^(http:\/\/127\.0\.0\.1:2802)?\/sign-in\?/.test(place)) {
    throw new Error(`nobody is told why: ${place}`);
  }
  return new URL(place, page).searchParams.get('problem');
}

/** Who did what, in the order of the audit log. */
export async function auditOf(bench: Bench): Promise<string[]> {
  return (await bench.store.audit.list(100)).map(({ by, action }) => `${by} ${action}`);
}
