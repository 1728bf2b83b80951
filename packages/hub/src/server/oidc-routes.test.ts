// Against a real provider on loopback.
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Bench, connection } from '../testkit/api-bench.ts';
import {
  auditOf,
  Browser,
  openSignIn,
  page,
  people,
  problemOf,
  provide,
  type SignInBench,
  type SignInCase,
} from '../testkit/oidc-browser.ts';
import type { OidcServer, OidcServerOptions } from '../testkit/oidc-server.ts';

let server: OidcServer;
beforeAll(async () => {
  server = await provide();
});
const others: OidcServer[] = [];
afterEach(async () => {
  await Promise.all(others.splice(0).map((other) => other.close()));
});
afterAll(() => server.close());

function open(input: Partial<SignInCase> = {}): Promise<SignInBench> {
  return openSignIn({ of: server, ...input });
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
    expect(problemOf(await browser.signIn('tom'))).toBe('role');
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
