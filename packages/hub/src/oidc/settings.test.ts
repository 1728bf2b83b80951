import { expect, test } from 'vitest';
import { loadSidekickConfig } from '../sidekick-config/load.ts';
import { type OidcSettings, readOidcSettings } from './settings.ts';

function read(oidc: Record<string, unknown>, options: Record<string, string> = {}): OidcSettings | null {
  const { config, problems } = loadSidekickConfig({
    text: JSON.stringify({ oidc }),
    path: 'config.yaml',
    env: {},
    options: new Map(Object.entries(options)),
    lenient: false,
  });
  expect(problems).toEqual([]);
  return readOidcSettings(config, (path) => (path === '/secret' ? ' s3cret\n' : ''));
}

const least = { issuer: 'https://login.test/realms/a', clientid: 'lanner', defaultrole: 'view' };

test('without an issuer and a client nobody signs in by a provider', () => {
  expect(read({})).toBeNull();
});

test('little has to be said', () => {
  expect(read(least)).toEqual({
    issuer: new URL('https://login.test/realms/a'),
    title: 'login.test',
    clientId: 'lanner',
    clientSecret: null,
    clientAuth: null,
    scopes: ['openid', 'profile', 'email'],
    nameClaim: 'preferred_username',
    roles: { claim: null, values: { view: [], triage: [], admin: [] }, fallback: 'view' },
    pageOrigin: null,
    clockSkewSeconds: 60,
    logout: false,
  });
});

test('roles come from values of a claim, in the case in which they are written', () => {
  const settings = read({
    issuer: least.issuer,
    clientid: 'x',
    clientsecretfile: '/secret',
    scopes: ['groups'],
    roleclaim: 'realm_access.roles',
    roles: { admin: ['Sec-Admins'], view: 'everybody' },
    pageurl: 'https://lanner.test:8443/',
  });
  expect(settings).toMatchObject({
    clientSecret: 's3cret',
    scopes: ['openid', 'groups'],
    roles: {
      claim: 'realm_access.roles',
      values: { admin: ['Sec-Admins'], view: ['everybody'] },
      fallback: null,
    },
    pageOrigin: 'https://lanner.test:8443',
  });
});

test('the command line goes before the file', () => {
  expect(read(least, { 'oidc.issuer': 'http://127.0.0.1:1' })?.issuer.href).toBe('http://127.0.0.1:1/');
});

test.each([
  [{ issuer: '' }, /oidc\.issuer: is missing/],
  [{ clientid: '' }, /oidc\.clientid: is missing/],
  [{ issuer: 'login' }, /is no address/],
  [{ issuer: 'http://login.test' }, /cannot be used/],
  [{ issuer: 'https://a:b@login.test' }, /cannot be used/],
  [{ issuer: 'https://login.test/?a=b' }, /cannot be used/],
  [{ pageurl: 'https://lanner.test/page' }, /has a path/],
  [{ pageurl: 'http://lanner.test' }, /cannot be used/],
  [{ clientsecret: 'a', clientsecretfile: '/secret' }, /beside/],
  [{ clientsecretfile: '/empty' }, /\/empty holds: is missing/],
  [{ clientauth: 'jwt' }, /neither basic nor post/],
  [{ defaultrole: 'root' }, /root is no role/],
  [{ defaultrole: '' }, /gives nobody a role/],
  [{ roles: { admin: ['a'] } }, /oidc\.roleclaim: is missing/],
  [{ clockskewseconds: 301 }, /out of range/],
  [{ clockskewseconds: -1 }, /out of range/],
])('%j is refused, with what to do', (wrong, message) => {
  const refused = (): unknown => read({ ...least, ...wrong });
  expect(refused).toThrow(message);
  expect(refused).toThrow(
    expect.objectContaining({ code: 'config.invalid', hint: expect.any(String) as string }),
  );
});
