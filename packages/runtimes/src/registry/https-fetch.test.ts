import type { RequestListener } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import { LoopbackServers } from '../testkit/loopback-servers.ts';
import { httpsFetch } from './https-fetch.ts';

const servers = new LoopbackServers();
afterEach(() => {
  servers.close();
});

function redirectTo(address: () => string): RequestListener {
  return (_request, response) => response.writeHead(302, { location: address() }).end();
}

test('a redirect leads to a host that is known, without the login', async () => {
  let login: string | undefined = 'not asked';
  const second = await servers.start(({ headers }, response) => {
    login = headers.authorization;
    response.end('here');
  });
  const first = await servers.start(redirectTo(() => `http://${second}/b`));
  const ask = httpsFetch({ isKnownHost: (host) => host === second });
  const response = await ask(`http://${first}/a`, { headers: { authorization: 'Basic eA==' } });
  expect(await response.text()).toBe('here');
  expect(login).toBeUndefined();
});

test('a redirect leads to another path of the same host', async () => {
  const host = await servers.start(({ url }, response) =>
    url === '/a' ? response.writeHead(302, { location: '/b' }).end() : response.end(url),
  );
  const response = await httpsFetch({ isKnownHost: () => false })(`http://${host}/a`);
  expect(await response.text()).toBe('/b');
});

test.each([
  ['an address of this machine', (port: string) => `http://127.0.0.1:${port}/`],
  ['a name of this machine', (port: string) => `http://localhost:${port}/`],
  ['an address of IPv6', (port: string) => `http://[::1]:${port}/`],
  ['an address in a private network', () => 'http://169.254.169.254/latest'],
  ['another protocol', () => 'file:///etc/passwd'],
])('a redirect to %s is not followed where hosts are known', async (_what, address) => {
  let asked = 0;
  const inner = await servers.start((_request, response) => {
    asked++;
    response.end();
  });
  const first = await servers.start(redirectTo(() => address(inner.split(':')[1] ?? '')));
  await expect(httpsFetch({ isKnownHost: () => false })(`http://${first}/`)).rejects.toThrow(
    'is not followed',
  );
  expect(asked).toBe(0);
});

test('a proxy is asked for hosts that are not excepted', async () => {
  const asked: string[] = [];
  const proxy = await servers.start(({ url = '' }, response) => {
    asked.push(url);
    response.end('by proxy');
  });
  const ask = httpsFetch({ proxies: { HTTP_PROXY: `http://${proxy}`, NO_PROXY: '127.0.0.1' } });
  expect(await (await ask('http://repository.invalid/a')).text()).toBe('by proxy');
  expect(asked).toEqual(['http://repository.invalid/a']);
  const direct = await servers.start((_request, response) => response.end('direct'));
  expect(await (await ask(`http://${direct}/`)).text()).toBe('direct');
});
