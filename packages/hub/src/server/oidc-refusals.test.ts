// Against a real provider on loopback.
import { createSign, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  auditOf,
  Browser,
  openSignIn,
  page,
  problemOf,
  provide,
  type SignInBench,
  type SignInCase,
} from '../testkit/oidc-browser.ts';
import type { OidcServer } from '../testkit/oidc-server.ts';

let server: OidcServer;
beforeAll(async () => {
  server = await provide();
});
afterAll(() => server.close());

function open(input: Partial<SignInCase> = {}): Promise<SignInBench> {
  return openSignIn({ of: server, ...input });
}

describe('nobody is signed in', () => {
  async function refusedBy(
    input: Partial<SignInCase>,
    name = 'ada',
  ): Promise<{ why: string | null; bench: SignInBench; reason: string }> {
    const bench = await open(input);
    const browser = new Browser(bench);
    const place = await browser.signIn(name, '/events?q=a');
    const why = problemOf(place);
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
    expect(problemOf(await new Browser(bench).end(back))).toBe('browser');
    const kept = new Map(browser.cookies());
    expect(await browser.end(back)).toBe('/events');
    expect(problemOf(await browser.end(back))).toBe('used');
    for (const [name, value] of kept) {
      browser.cookies().set(name, value);
    }
    expect(problemOf(await browser.end(back))).toBe('used');
    const late = await browser.toProvider('/');
    nowMs += 600_000;
    expect(problemOf(await browser.end(late))).toBe('over');
    expect(problemOf(await browser.end('/auth/oidc/callback?code=x&state=y'))).toBe('over');
    expect(problemOf(await browser.end('/auth/oidc/callback'))).toBe('over');
  });

  test('who tries too often', async () => {
    const bench = await open();
    const places = await Promise.all(
      Array.from({ length: 31 }, async () =>
        (await new Browser(bench).get('/auth/oidc/start')).headers.get('location'),
      ),
    );
    expect(problemOf(places.at(-1) ?? '')).toBe('limited');
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
