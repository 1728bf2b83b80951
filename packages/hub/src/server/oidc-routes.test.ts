// Against a real provider on loopback.
import { createSign, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { OidcProvider } from '../oidc/provider.ts';
import type { OidcSettings } from '../oidc/settings.ts';
import { type Bench, connection, openBench } from '../testkit/api-bench.ts';
import { openOidcServer, type OidcServer, type OidcServerOptions } from '../testkit/oidc-server.ts';

const page = 'http://127.0.0.1:2802';
const callback = `${page}/auth/oidc/callback`;
let server: OidcServer;
const others: OidcServer[] = [];
const people = {
  ada: { preferred_username: 'ada', groups: ['admins'] },
  tom: { preferred_username: 'tom', groups: ['ops'] },
  nob: { preferred_username: 'nob', groups: ['guests'] },
};

async function provide(options: OidcServerOptions = {}): Promise<OidcServer> {
  const opened = await openOidcServer(options);
  opened.register(callback, page);
  for (const [name, claims] of Object.entries(people)) {
    opened.people.set(name, claims);
  }
  return opened;
}

beforeAll(async () => {
  server = await provide();
});
afterEach(async () => {
  await Promise.all(others.splice(0).map((other) => other.close()));
});
afterAll(() => server.close());

interface Case {
  readonly settings?: Partial<OidcSettings>;
  readonly of?: OidcServer;
  readonly now?: () => number;
  readonly fetch?: typeof fetch;
}

interface Signing extends Bench {
  readonly log: Record<string, unknown>[];
}

async function open({
  settings = {},
  of = server,
  now = Date.now,
  fetch: ownFetch = fetch,
}: Case = {}): Promise<Signing> {
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
class Browser {
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

function problem(place: string): string | null {
  expect(place).toMatch(/^(http:\/\/127\.0\.0\.1:2802)?\/sign-in\?/);
  return new URL(place, page).searchParams.get('problem');
}

async function auditOf(bench: Bench): Promise<string[]> {
  return (await bench.store.audit.list(100)).map(({ by, action }) => `${by} ${action}`);
}

describe('signing in', () => {
  const deep = '/events?rule=A+b&q=%22x+y%22&from=24h';

  test('ends at the place where it began, with the role of the claim', async () => {
    const bench = await open();
    const browser = new Browser(bench);
    expect(await browser.signIn('ada', deep)).toBe(deep);
    expect(await browser.session()).toMatchObject({
      setup: false,
      you: { name: 'ada', role: 'admin', hasPassword: false },
      provider: { title: 'Test', start: '/auth/oidc/start' },
    });
    expect(bench.users.list()).toMatchObject([
      { name: 'ada', provider: server.issuer, isRoleOfProvider: true },
    ]);
    expect(await auditOf(bench)).toEqual(['ada session.begin', 'ada user.create']);
    // The cookie of the state is gone; what is left is the session.
    expect([...browser.cookies().keys()]).toEqual(['lanner']);
  });

  test('begins nothing where the host of the request makes no address, as with two of them', async () => {
    const { api } = await open();
    const headers = { host: '127.0.0.1:2802, {{ range' };
    const answer = await api.app.request('/auth/oidc/start', { headers }, connection);
    expect(answer.status).toBe(400);
    expect(answer.headers.getSetCookie()).toEqual([]);
  });

  test('the cookie of the session is that of who signs in here; that of the state is short', async () => {
    const bench = await open();
    const browser = new Browser(bench);
    const begun = await browser.get('/auth/oidc/start');
    expect(begun.headers.getSetCookie()).toEqual([
      expect.stringMatching(
        /^lanner-signin-[0-9a-f]{16}=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=600$/,
      ),
    ]);
    const asked = new URL(begun.headers.get('location') ?? '').searchParams;
    expect(asked.get('code_challenge_method')).toBe('S256');
    expect(asked.get('nonce')).toMatch(/^[\w-]{32}$/);
    const back = await browser.follow(await browser.toProvider('/'), 'name=tom');
    expect((await browser.get(back)).headers.getSetCookie()[0]).toMatch(
      /^lanner=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/,
    );
  });

  test.each([
    { algorithm: 'ES256' },
    { algorithm: 'PS256' },
    { clientAuth: 'client_secret_post' },
    { clientAuth: 'none' },
    { claimsInToken: false },
  ] satisfies OidcServerOptions[])('works with a provider that wants %j', async (options) => {
    const of = await provide(options);
    others.push(of);
    const { clientAuth = '' } = options as OidcServerOptions;
    const bench = await open({
      of,
      settings: {
        ...(clientAuth === 'none' ? { clientSecret: null } : {}),
        ...(clientAuth === 'client_secret_post' ? { clientAuth: 'post' } : {}),
      },
    });
    expect(await new Browser(bench).signIn('tom', deep)).toBe(deep);
    expect(bench.users.get('tom')?.role).toBe('triage');
  });

  test('never leads elsewhere', async () => {
    const bench = await open();
    for (const to of ['//elsewhere.test', 'https://elsewhere.test', '/\\elsewhere.test', '/api/v1/alerts']) {
      expect(await new Browser(bench).signIn('ada', to)).toBe('/');
    }
  });

  test('works in several tabs at once, of which the oldest are forgotten', async () => {
    const bench = await open();
    const browser = new Browser(bench);
    const forms: string[] = [];
    for (let i = 0; i < 7; i++) {
      forms.push((await browser.get(`/auth/oidc/start?to=/events?q=${i}`)).headers.get('location') ?? '');
    }
    expect(browser.cookies().size).toBeLessThanOrEqual(5);
    const last = await browser.follow(await browser.follow(forms[6] ?? ''), 'name=ada');
    expect(await browser.end(last)).toBe('/events?q=6');
    // The provider knows who it is by now.
    expect(await browser.end(await browser.follow(forms[5] ?? ''))).toBe('/events?q=5');
  });

  test('with a name that a local user has gives another one, not their account', async () => {
    const bench = await open();
    await bench.users.create('Ada', 'view', 'correct horse battery', Date.now());
    const browser = new Browser(bench);
    await browser.signIn('ada');
    const { you } = await browser.session();
    expect(you?.name).toBe(`ada@${new URL(server.issuer).host.replace(':', '-')}`);
    expect(bench.users.get('ada')).toMatchObject({ role: 'view', provider: null });
    expect(bench.users.list()).toHaveLength(2);
  });

  test('gives the role that the provider says now, and ends with none', async () => {
    const bench = await open();
    const browser = new Browser(bench);
    await browser.signIn('tom');
    server.people.set('tom', { ...people.tom, groups: ['staff'] });
    await browser.signIn('tom');
    expect((await browser.session()).you?.role).toBe('view');
    server.people.set('tom', { ...people.tom, groups: [] });
    expect(problem(await browser.signIn('tom'))).toBe('role');
    expect((await browser.session()).you).toBeNull();
    server.people.set('tom', people.tom);
    expect(await auditOf(bench)).toEqual([
      'tom session.refused',
      'tom session.begin',
      'tom user.change',
      'tom session.begin',
      'tom user.create',
    ]);
  });

  test('with a default role leaves the role to the administrators of the page', async () => {
    const bench = await open({
      settings: { roles: { claim: null, values: { view: [], triage: [], admin: [] }, fallback: 'view' } },
    });
    const browser = new Browser(bench);
    await browser.signIn('nob');
    expect((await browser.session()).you?.role).toBe('view');
    // Somebody who may only look does not end the first run.
    expect(bench.firstRun.secret).not.toBeNull();
    await bench.users.change('nob', { role: 'triage' });
    await browser.signIn('nob');
    expect((await browser.session()).you?.role).toBe('triage');
  });

  test('does not open the way with a password, nor to a role that the provider says', async () => {
    const bench = await open();
    await new Browser(bench).signIn('tom');
    expect(await bench.users.check('tom', '')).toBeNull();
    await expect(bench.users.change('tom', { password: 'a'.repeat(12) })).rejects.toThrow(
      /has no password here/,
    );
    await expect(bench.users.change('tom', { role: 'admin' })).rejects.toThrow(/says the role of tom/);
  });
});

describe('signing out', () => {
  async function signOut(browser: Browser, bench: Bench): Promise<{ goTo: string | null }> {
    const { csrf } = await browser.session();
    const answer = await bench.api.app.request(
      '/api/v1/session',
      {
        method: 'DELETE',
        headers: {
          'sec-fetch-site': 'same-origin',
          'x-lanner-csrf': csrf ?? '',
          cookie: `lanner=${browser.cookies().get('lanner') ?? ''}`,
        },
      },
      connection,
    );
    return (await answer.json()) as never;
  }

  test('ends the session here, and with the provider where that is wanted', async () => {
    for (const logout of [false, true]) {
      const bench = await open({ settings: { logout, pageOrigin: page } });
      const browser = new Browser(bench);
      await browser.signIn('ada');
      const { goTo } = await signOut(browser, bench);
      expect((await browser.session()).you).toBeNull();
      expect(goTo === null).toBe(!logout);
      if (goTo !== null) {
        expect(goTo.startsWith(`${server.issuer}/session/end?`)).toBe(true);
        expect(new URL(goTo).searchParams.get('post_logout_redirect_uri')).toBe(`${page}/`);
        expect((await browser.get(goTo)).status).toBe(200);
      }
    }
  });
});

describe('nobody is signed in', () => {
  async function refusedBy(
    input: Case,
    name = 'ada',
  ): Promise<{ why: string | null; bench: Signing; reason: string }> {
    const bench = await open(input);
    const browser = new Browser(bench);
    const place = await browser.signIn(name, '/events?q=a');
    const why = problem(place);
    const query = new URL(place, page).searchParams;
    expect(query.get('to')).toBe('/events?q=a');
    expect(browser.cookies().has('lanner')).toBe(false);
    const line = bench.log.find(({ message }) => message === 'signing in by the provider failed');
    // What the page shows leads to the line of the log.
    expect(line).toMatchObject({ why, ref: query.get('ref') });
    expect(JSON.stringify(bench.log)).not.toMatch(/not so secret|eyJ/);
    return { why, bench, reason: String(line?.['reason']) };
  }

  test('when the provider cannot be reached', async () => {
    const gone = await provide();
    await gone.close();
    const { why, reason } = await refusedBy({ of: gone });
    expect(why).toBe('unreachable');
    expect(reason).toContain('ECONNREFUSED');
  });

  test('when what answers is no provider, or another one', async () => {
    const answers =
      (body: string, status = 200): typeof fetch =>
      () =>
        Promise.resolve(new Response(body, { status, headers: { 'content-type': 'application/json' } }));
    expect((await refusedBy({ fetch: answers('{}') })).why).toBe('answer');
    expect((await refusedBy({ fetch: answers('no', 500) })).why).toBe('answer');
    expect((await refusedBy({ fetch: answers('{"issuer":"https://elsewhere.test"}') })).why).toBe('answer');
    const long = await refusedBy({ fetch: answers(`{"issuer":"${'x'.repeat(2 ** 20)}"}`) });
    expect(long.reason).toMatch(/more than 1048576 bytes/);
  });

  test('with a wrong secret of the client', async () => {
    const { why, reason } = await refusedBy({ settings: { clientSecret: 'another' } });
    expect(why).toBe('client');
    expect(reason).toContain('accepts neither');
  });

  test('when the clocks are further apart than allowed', async () => {
    const behind = await refusedBy({ now: () => Date.now() - 120_000 });
    expect(behind.why).toBe('clock');
    expect(behind.reason).toMatch(/1[12]\d s in the future/);
    // Tokens of this provider are good for ten minutes.
    expect((await refusedBy({ now: () => Date.now() + 700_000 })).why).toBe('clock');
    expect(await new Browser(await open({ now: () => Date.now() - 50_000 })).signIn('ada')).toBe('/');
  });

  test('without a value that has a role', async () => {
    const { why, bench } = await refusedBy({}, 'nob');
    expect(why).toBe('role');
    expect(bench.users.size).toBe(0);
    expect(await auditOf(bench)).toEqual(['nob session.refused']);
  });

  test('who says no to the provider', async () => {
    expect((await refusedBy({}, '')).why).toBe('denied');
  });

  test('by a state that was used, is too old, or began in another browser', async () => {
    let nowMs = Date.now();
    const bench = await open({ now: () => nowMs });
    const browser = new Browser(bench);
    const back = await browser.follow(await browser.toProvider('/events'), 'name=ada');
    expect(problem(await new Browser(bench).end(back))).toBe('browser');
    const kept = new Map(browser.cookies());
    expect(await browser.end(back)).toBe('/events');
    expect(problem(await browser.end(back))).toBe('used');
    for (const [name, value] of kept) {
      browser.cookies().set(name, value);
    }
    expect(problem(await browser.end(back))).toBe('used');
    const late = await browser.toProvider('/');
    nowMs += 600_000;
    expect(problem(await browser.end(late))).toBe('over');
    expect(problem(await browser.end('/auth/oidc/callback?code=x&state=y'))).toBe('over');
    expect(problem(await browser.end('/auth/oidc/callback'))).toBe('over');
  });

  test('who tries too often', async () => {
    const bench = await open();
    const places = await Promise.all(
      Array.from({ length: 31 }, async () =>
        (await new Browser(bench).get('/auth/oidc/start')).headers.get('location'),
      ),
    );
    expect(problem(places.at(-1) ?? '')).toBe('limited');
  });

  const forger = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  const inAnHour = Math.floor(Date.now() / 1000) + 3600;
  test.each([
    ['another issuer', { iss: 'https://elsewhere.test' }, undefined, 'answer'],
    ['another audience', { aud: 'other' }, undefined, 'answer'],
    ['more audiences, and none that it was made for', { aud: ['lanner', 'other'] }, undefined, 'answer'],
    ['another nonce', { nonce: 'other' }, undefined, 'answer'],
    ['no subject', { sub: undefined }, undefined, 'answer'],
    ['an end in the past', { exp: inAnHour - 7200 }, undefined, 'clock'],
    ['a beginning in the future', { nbf: inAnHour }, undefined, 'clock'],
    ['no signature', {}, { alg: 'none' }, 'answer'],
    ['a signature with the secret', {}, { alg: 'HS256' }, 'answer'],
    ['a key that the provider does not have', {}, { kid: 'other' }, 'answer'],
  ] as const)('by a token with %s', async (_, claims, header, expected) => {
    expect((await refusedBy({ fetch: forging(claims, header ?? {}, server.key) })).why).toBe(expected);
  });

  test('by a token that somebody else has signed', async () => {
    expect(await new Browser(await open({ fetch: forging({}, {}, server.key) })).signIn('ada')).toBe('/');
    const { why, reason } = await refusedBy({ fetch: forging({ groups: ['admins'] }, {}, forger) }, 'tom');
    expect(why).toBe('answer');
    expect(reason).toContain('signature');
  });
});

/** Changes what is in tokens on the way, and signs them. */
function forging(
  claims: Readonly<Record<string, unknown>>,
  header: Readonly<Record<string, unknown>>,
  key: KeyObject,
): typeof fetch {
  return async (address, init) => {
    const answer = await fetch(address, init);
    if (!(address as string).endsWith('/token')) {
      return answer;
    }
    const { id_token: token, ...rest } = (await answer.json()) as { id_token: string };
    const [head, body] = token
      .split('.')
      .slice(0, 2)
      .map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()) as object);
    const signed = [
      { ...head, ...header },
      { ...body, ...claims },
    ]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.');
    const signature = createSign('RSA-SHA256').update(signed).sign(key, 'base64url');
    return Response.json({ ...rest, id_token: `${signed}.${signature}` });
  };
}
