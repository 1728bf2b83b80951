import { apiRoutes, type Role, roles, type Route, type SessionState } from '@lanner/api/http';
import { beforeEach, describe, expect, test } from 'vitest';
import { type Bench, benchNow, connection, openBench } from '../../testkit/api-bench.ts';
import { setCookie } from '../admission.ts';

const password = 'correct horse battery';
let bench: Bench;
beforeEach(async () => {
  bench = await openBench();
});

/** A browser on the page: keeps its cookie, and says where its requests come from. */
class Browser {
  cookie: string | null = null;
  csrf: string | null = null;
  site = 'same-origin';

  async send(method: string, path: string, body?: unknown): Promise<Response> {
    const response = await bench.api.app.request(
      path,
      {
        method,
        headers: {
          'sec-fetch-site': this.site,
          ...(this.cookie === null ? {} : { cookie: this.cookie }),
          ...(this.csrf === null ? {} : { 'x-lanner-csrf': this.csrf }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      },
      connection,
    );
    const set = response.headers.get('set-cookie');
    if (set !== null) {
      this.cookie = set.split(';')[0] ?? null;
    }
    return response;
  }

  async begin(path: string, body: unknown): Promise<Response> {
    const response = await this.send('POST', path, body);
    if (response.status === 200) {
      this.csrf = ((await response.clone().json()) as SessionState).csrf;
    }
    return response;
  }
}

async function signedIn(name: string, role: Role): Promise<Browser> {
  await bench.users.create(name, role, password, benchNow());
  const browser = new Browser();
  expect((await browser.begin('/api/v1/session', { name, password })).status).toBe(200);
  return browser;
}

async function auditOf(): Promise<{ action: string; by: string; details: unknown }[]> {
  return (await bench.store.audit.list(100)).map(({ action, by, details }) => ({ action, by, details }));
}

describe('the first run', () => {
  test('the link makes one administrator, who is signed in, and never a second', async () => {
    const secret = bench.firstRun.secret ?? '';
    const browser = new Browser();
    expect(await (await browser.send('GET', '/api/v1/session')).json()).toEqual({
      setup: true,
      you: null,
      csrf: null,
      provider: null,
    });
    const made = await browser.begin('/api/v1/setup', { secret, name: 'Ada', password });
    expect(await made.json()).toMatchObject({ setup: false, you: { name: 'Ada', role: 'admin' } });
    expect(made.headers.get('set-cookie')).toMatch(
      /^__Host-lanner=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Secure$/,
    );
    expect((await browser.send('GET', '/api/v1/users')).status).toBe(200);
    const other = new Browser();
    expect((await other.begin('/api/v1/setup', { secret, name: 'eve', password })).status).toBe(403);
    expect(bench.firstRun.secret).toBeNull();
    expect(await auditOf()).toEqual([{ action: 'user.setup', by: 'Ada', details: {} }]);
  });

  test('another secret makes nobody', async () => {
    for (const secret of ['', 'x', 'x'.repeat(32)]) {
      const response = await new Browser().begin('/api/v1/setup', { secret, name: 'eve', password });
      expect(response.status).toBe(403);
    }
    expect(bench.users.size).toBe(0);
  });

  test('of two who use the link at the same time, one is made', async () => {
    const secret = bench.firstRun.secret ?? '';
    const both = await Promise.all(
      ['ada', 'eve'].map((name) => new Browser().begin('/api/v1/setup', { secret, name, password })),
    );
    expect(both.map(({ status }) => status).sort()).toEqual([200, 403]);
    expect(bench.users.size).toBe(1);
  });
});

describe('roles', () => {
  const routes: readonly (readonly [string, Route])[] = Object.entries(apiRoutes);

  test.each([null, ...roles])('%s may do what the routes say, and nothing else', async (role) => {
    const wrong: string[] = [];
    for (const [name, route] of routes) {
      bench = await openBench();
      const browser = role === null ? new Browser() : await signedIn('who', role);
      const response = await browser.send(
        route.method.toUpperCase(),
        route.path.replaceAll(/:\w+/g, 'none'),
        route.method === 'get' ? undefined : {},
      );
      const { error } = (await response.json()) as { error?: { message: string } };
      const refused =
        response.status === 401 || (response.status === 403 && /may not do this/.test(error?.message ?? ''));
      if (refused === mayUse(role, route)) {
        wrong.push(`${name}: ${response.status} ${error?.message ?? ''}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  test('every change to what the server keeps has its place in the audit log, or writes it itself', () => {
    const silent = routes
      .filter(([, { method, audit }]) => method !== 'get' && audit === undefined)
      .map(([name]) => name);
    // Signing in writes who it was; the others only look.
    const looking = ['checkRules', 'previewException', 'proposeException', 'tryRule'];
    expect(silent.sort()).toEqual([...looking, 'setUp', 'signIn'].sort());
  });
});

function mayUse(role: Role | null, { scope }: Route): boolean {
  const rank = { view: 0, triage: 1, admin: 2 };
  return scope === null || (role !== null && scope in rank && rank[role] >= rank[scope as keyof typeof rank]);
}

describe('sessions', () => {
  test('end with signing out', async () => {
    const browser = await signedIn('ada', 'triage');
    const { cookie } = browser;
    const out = await browser.send('DELETE', '/api/v1/session');
    expect(out.headers.get('set-cookie')).toMatch(/^__Host-lanner=; .*Max-Age=0$/);
    browser.cookie = cookie;
    expect((await browser.send('GET', '/api/v1/alerts')).status).toBe(401);
    expect((await auditOf()).map(({ action }) => action)).toEqual(['session.end', 'session.begin']);
  });

  test('carry no change that comes from elsewhere, or without the token', async () => {
    const browser = await signedIn('ada', 'admin');
    const change = (): Promise<Response> =>
      browser.send('POST', '/api/v1/alerts/triage', { kind: 'acknowledge' });
    expect((await change()).status).toBe(200);
    const { csrf } = browser;
    for (const site of ['cross-site', 'same-site', 'none']) {
      browser.site = site;
      expect((await change()).status, site).toBe(403);
    }
    browser.site = 'same-origin';
    for (const token of [null, '', 'x', `${csrf ?? ''}x`]) {
      browser.csrf = token;
      expect((await change()).status).toBe(403);
    }
  });

  test('another page cannot sign anybody in', async () => {
    await bench.users.create('eve', 'view', password, benchNow());
    const browser = new Browser();
    browser.site = 'cross-site';
    expect((await browser.begin('/api/v1/session', { name: 'eve', password })).status).toBe(403);
    const old = await bench.api.app.request(
      'https://lanner.test/api/v1/session',
      {
        method: 'POST',
        headers: { origin: 'https://elsewhere.test', host: 'lanner.test' },
        body: JSON.stringify({ name: 'eve', password }),
      },
      connection,
    );
    expect(old.status).toBe(403);
  });

  test('a refused page is not asked for a password by the browser itself', async () => {
    const refused = await new Browser().send('GET', '/api/v1/alerts');
    expect(refused.status).toBe(401);
    expect(refused.headers.get('www-authenticate')).toBeNull();
  });

  test('over TLS the cookie of plain HTTP opens nothing: another page of the host could have set it', async () => {
    const browser = await signedIn('ada', 'view');
    browser.cookie = browser.cookie?.replace('__Host-', '') ?? null;
    expect((await browser.send('GET', '/api/v1/alerts')).status).toBe(401);
  });

  test('plain HTTP has a cookie without Secure, for loopback', () => {
    expect(setCookie('s', false)).toBe('lanner=s; Path=/; HttpOnly; SameSite=Strict');
  });
});

describe('signing in', () => {
  test('tells nobody whether the name or the password was wrong, and keeps both out of the log', async () => {
    await bench.users.create('ada', 'view', password, benchNow());
    const answers = await Promise.all(
      [
        { name: 'ada', password: 'wrong' },
        { name: 'bob', password },
      ].map(async (body) => (await new Browser().begin('/api/v1/session', body)).text()),
    );
    expect(answers[0]).toBe(answers[1]);
    expect(JSON.stringify(await auditOf())).not.toContain('wrong');
  });

  test('is slowed down after ten tries', async () => {
    await bench.users.create('ada', 'view', password, benchNow());
    const statuses: number[] = [];
    for (let i = 0; i < 12; i++) {
      statuses.push(
        (await new Browser().begin('/api/v1/session', { name: 'ada', password: `wrong ${i}` })).status,
      );
    }
    expect(statuses).toEqual([...Array.from({ length: 10 }, () => 401), 429, 429]);
    const late = await new Browser().begin('/api/v1/session', { name: 'ada', password });
    expect([late.status, late.headers.get('retry-after')]).toEqual([429, '10']);
  });

  test('works with a name in any case', async () => {
    await bench.users.create('Ada', 'view', password, benchNow());
    expect((await new Browser().begin('/api/v1/session', { name: 'aDA', password })).status).toBe(200);
  });
});

describe('people', () => {
  test('change their password, which ends their other sessions only', async () => {
    const browser = await signedIn('ada', 'view');
    const other = new Browser();
    await other.begin('/api/v1/session', { name: 'ada', password });
    const body = { current: password, next: 'an even longer one' };
    expect(
      (await browser.send('PUT', '/api/v1/session/password', { ...body, current: 'wrong' })).status,
    ).toBe(403);
    expect((await browser.send('PUT', '/api/v1/session/password', { ...body, next: 'short' })).status).toBe(
      400,
    );
    expect((await browser.send('PUT', '/api/v1/session/password', body)).status).toBe(200);
    expect((await browser.send('GET', '/api/v1/alerts')).status).toBe(200);
    expect((await other.send('GET', '/api/v1/alerts')).status).toBe(401);
    expect((await new Browser().begin('/api/v1/session', { name: 'ada', password })).status).toBe(401);
    expect(JSON.stringify(await auditOf())).not.toMatch(/even longer|correct horse/);
  });

  test('are added, changed and removed by an administrator, with effect at once', async () => {
    const admin = await signedIn('ada', 'admin');
    const body = { name: 'bob', role: 'view', password };
    expect((await admin.send('POST', '/api/v1/users', body)).status).toBe(200);
    expect((await admin.send('POST', '/api/v1/users', { ...body, name: 'BOB' })).status).toBe(409);
    const bob = new Browser();
    await bob.begin('/api/v1/session', { name: 'bob', password });
    expect((await bob.send('POST', '/api/v1/alerts/triage', { kind: 'acknowledge' })).status).toBe(403);
    expect((await admin.send('PUT', '/api/v1/users/bob', { role: 'triage' })).status).toBe(200);
    expect((await bob.send('POST', '/api/v1/alerts/triage', { kind: 'acknowledge' })).status).toBe(200);
    expect((await admin.send('DELETE', '/api/v1/users/bob')).status).toBe(200);
    expect((await bob.send('GET', '/api/v1/alerts')).status).toBe(401);
    expect(JSON.stringify(await auditOf())).not.toContain('correct horse');
  });

  test('the only administrator stays one', async () => {
    const admin = await signedIn('ada', 'admin');
    expect((await admin.send('DELETE', '/api/v1/users/ada')).status).toBe(409);
    expect((await admin.send('PUT', '/api/v1/users/ada', { role: 'view' })).status).toBe(409);
    await admin.send('POST', '/api/v1/users', { name: 'bob', role: 'admin', password });
    expect((await admin.send('PUT', '/api/v1/users/ada', { role: 'view' })).status).toBe(200);
  });

  test.each(['', ' ada', 'a b', '<b>', 'a'.repeat(65), '.a', 'a\u0000'])(
    'nobody is called %j',
    async (name) => {
      const admin = await signedIn('ada', 'admin');
      expect((await admin.send('POST', '/api/v1/users', { name, role: 'view', password })).status).toBe(400);
    },
  );
});
