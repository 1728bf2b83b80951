import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog } from '@lanner/core';
import type { EventIntake, Listening } from '@lanner/hub';
import { Tokens } from '@lanner/hub';
import { AgentAuthority } from '@lanner/hub/http';
import { openMemoryStore } from '@lanner/hub/testkit';
import { afterAll, afterEach, expect, test } from 'vitest';
import { openIntakes } from './open-intakes.ts';
import { readServerSettings } from './settings.ts';

const folder = mkdtempSync(join(tmpdir(), 'lanner-intakes-'));
const authority = AgentAuthority.open(join(folder, 'authority.pem'), Date.now());
const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
const server = authority.issueServer(Date.now());
const tlsEnv = {
  LISTENPORT: '0',
  TLSSERVER_DEPLOY: 'true',
  TLSSERVER_CERTFILE: file('cert.pem', server.certificate),
  TLSSERVER_KEYFILE: file('key.pem', server.key),
  TLSSERVER_CACERTFILE: file('ca.pem', authority.certificate),
  TLSSERVER_NOTLSPORT: '0',
};

const open: Listening[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.close()));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

async function start(env: Readonly<Record<string, string>>): Promise<{ ports: number[]; taken: string[] }> {
  const taken: string[] = [];
  const { documents } = await openMemoryStore();
  const servers = await openIntakes(
    readServerSettings({ data: folder }, { ...tlsEnv, ...env }, silentLog),
    await Tokens.load(documents),
    {
      // Only what a request of this file needs.
      intake: {
        take: (body: string) => {
          taken.push(body);
          return Promise.resolve({});
        },
        refuse: () => undefined,
      } as unknown as EventIntake,
      families: () => Promise.resolve([]),
      isReady: () => Promise.resolve(true),
      log: silentLog,
      now: Date.now,
    },
  );
  open.push(...servers);
  return { ports: servers.map(({ port }) => port), taken };
}

/** Status of a request over TLS, or the code of the error that ends it. */
function asked(
  port: number,
  {
    method = 'GET',
    path = '/ping',
    ...identity
  }: { method?: string; path?: string; key?: string; cert?: string } = {},
): Promise<number | string | undefined> {
  return new Promise((resolve) => {
    const tls = { ca: authority.certificate, checkServerIdentity: () => undefined, ...identity };
    const sent = request({ host: '127.0.0.1', port, method, path, agent: false, ...tls }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    sent.on('error', (error: NodeJS.ErrnoException) => {
      resolve(error.code);
    });
    sent.end(method === 'POST' ? '{}' : undefined);
  });
}

test('with a certificate everything goes over TLS', async () => {
  const { ports, taken } = await start({});
  expect(ports).toHaveLength(1);
  expect(await asked(ports[0] ?? 0)).toBe(200);
  expect(await asked(ports[0] ?? 0, { method: 'POST', path: '/any' })).toBe(200);
  expect(taken).toEqual(['{}']);
  await expect(fetch(`http://127.0.0.1:${ports[0]}/ping`)).rejects.toThrow();
});

test('paths of notlspaths go without on a port of their own, and only there', async () => {
  const { ports } = await start({ TLSSERVER_NOTLSPATHS: '/ping,/metrics' });
  const [withTls = 0, plain = 0] = ports;
  expect([await asked(withTls), await asked(withTls, { path: '/healthz' })]).toEqual([404, 200]);
  const statusOf = async (path: string): Promise<number> =>
    (await fetch(`http://127.0.0.1:${plain}${path}`)).status;
  expect([await statusOf('/ping'), await statusOf('/metrics'), await statusOf('/healthz')]).toEqual([
    200, 200, 404,
  ]);
});

test('with mutualtls only who has a certificate of the authority is heard', async () => {
  const { ports } = await start({ TLSSERVER_MUTUALTLS: 'true' });
  const port = ports[0] ?? 0;
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const { certificate } = authority.issueClient('falco', createPublicKey(privateKey), Date.now(), 3_600_000);
  expect(await asked(port)).toMatch(/^E/);
  expect(await asked(port, { key, cert: certificate })).toBe(200);
});

async function listenAt(
  port: number,
): Promise<{ readonly port: number; readonly close: () => Promise<unknown> }> {
  const here = createServer();
  await new Promise<void>((resolve, reject) => here.once('error', reject).listen(port, '127.0.0.1', resolve));
  return {
    port: (here.address() as AddressInfo).port,
    close: () => new Promise((resolve) => here.close(resolve)),
  };
}

test('a plain port that is taken leaves no other open', async () => {
  const [taken, free] = [await listenAt(0), await listenAt(0)];
  await free.close();
  const env = { LISTENPORT: String(free.port), TLSSERVER_NOTLSPATHS: '/ping' };
  await expect(start({ ...env, TLSSERVER_NOTLSPORT: String(taken.port) })).rejects.toMatchObject({
    code: 'server.listen',
    hint: 'Another program has this port; set another one (tlsserver.notlsport).',
  });
  await (await listenAt(free.port)).close();
  await taken.close();
});
