import { silentLog } from '@lanner/core';
import { expect, test } from 'vitest';
import { registryAccess, type RegistryAccessOptions } from './access.ts';
import { parseReference } from './reference.ts';

/** A world of registries: who answers what, by host and credentials; keeps what was asked. */
function world(
  answers: Readonly<Record<string, string | null>>,
  options: Partial<RegistryAccessOptions> = {},
) {
  const asked: string[] = [];
  const access = registryAccess({
    fetch: (input, init) => {
      const url = new URL(input);
      const basic = new Headers(init?.headers).get('authorization')?.replace(/^Basic /, '') ?? '';
      const login = Buffer.from(basic, 'base64').toString() || basic;
      asked.push(`${url.host} ${login}`.trim());
      const allowed = answers[url.host];
      if (allowed === undefined) {
        return Promise.reject(new Error('no such host'));
      }
      const right = allowed === null || login === allowed;
      return Promise.resolve(
        right
          ? new Response('{"layers":[]}')
          : new Response('', { status: 401, headers: { 'www-authenticate': 'Basic realm="r"' } }),
      );
    },
    log: silentLog,
    credentials: () => Promise.resolve({ username: 'docker', password: 'config' }),
    logins: [{ kind: 'keychain' }, { kind: 'anonymous' }],
    mirrors: {},
    ...options,
  });
  return { access, asked };
}

const image = parseReference('r.example.com/team/app:1');

test('logins are tried in their order until one is let in', async () => {
  const { access, asked } = world(
    { 'r.example.com': 'me:secret' },
    {
      logins: [
        { kind: 'password', username: 'other', password: 'x' },
        { kind: 'password', username: 'me', password: 'secret' },
        { kind: 'keychain' },
      ],
    },
  );
  expect((await access.open(image)).manifest).toEqual({ layers: [] });
  expect(asked).toEqual([
    'r.example.com',
    'r.example.com other:x',
    'r.example.com',
    'r.example.com me:secret',
  ]);
});

test('mirrors are asked before the registry; one that is away costs nothing', async () => {
  const { access, asked } = world(
    { 'mirror.example.com': null, 'r.example.com': null },
    { mirrors: { 'r.example.com': ['gone.example.com', 'mirror.example.com/cache'] } },
  );
  await access.open(image);
  expect(asked).toEqual(['gone.example.com', 'mirror.example.com']);
});

test('mirrors of Docker’s registry are known by both its names', async () => {
  const { access, asked } = world(
    { 'mirror.example.com': null },
    { mirrors: { 'index.docker.io': ['mirror.example.com'] } },
  );
  await access.open(parseReference('debian:12'));
  expect(asked).toEqual(['mirror.example.com']);
});

test('a failure everywhere says all of it', async () => {
  const { access } = world(
    { 'r.example.com': 'nobody:knows' },
    { mirrors: { 'r.example.com': ['gone.example.com'] } },
  );
  await expect(access.open(image)).rejects.toThrow(
    /gone\.example\.com cannot be reached.*does not let you read/,
  );
});

test('plain HTTP is spoken with a host without TLS only when that is allowed', async () => {
  const asked: string[] = [];
  const fetchPlain: typeof fetch = (input) => {
    const url = input as string;
    asked.push(url.split('/v2')[0] ?? '');
    return url.startsWith('https:')
      ? Promise.reject(new Error('wrong version number'))
      : Promise.resolve(new Response('{}'));
  };
  await expect(world({}, { fetch: fetchPlain }).access.open(image)).rejects.toThrow('wrong version');
  await world({}, { fetch: fetchPlain, allowHttp: true }).access.open(image);
  expect(asked.at(-1)).toBe('http://r.example.com');
});
