import { silentLog } from '@lanner/core';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ClientTls, DestinationEffects } from '../destination.ts';
import { nodeEffects } from '../node-effects.ts';
import { startHttpReceiver } from '../testkit/http-receiver.ts';
import { sectionSettings } from '../testkit/settings.ts';
import { type HttpClient, openHttpClient } from './http-client.ts';

const effects: DestinationEffects = nodeEffects(silentLog, () => Promise.resolve());
const open = (values: Record<string, boolean>, tls?: ClientTls): Promise<HttpClient> =>
  openHttpClient(sectionSettings('webhook', values, tls === undefined ? {} : { tls }), effects);

test('connections are kept, a redirection is not followed', async () => {
  const receiver = await startHttpReceiver();
  const client = await open({});
  const url = new URL(receiver.url);
  for (let i = 0; i < 3; i++) {
    await client.deliver({ url, body: '{}' });
  }
  expect(receiver.requests.map(({ headers }) => headers.connection)).toEqual(Array(3).fill('keep-alive'));
  receiver.answer = () => ({ status: 307, headers: { location: '/elsewhere' } });
  await expect(client.deliver({ url })).rejects.toMatchObject({
    code: 'output.failed',
    hint: 'The server is somewhere else now; set the address it names.',
  });
  expect(receiver.requests).toHaveLength(4);
  await client.close();
  await receiver.close();
});

test('a proxy of the environment is used, but not for this machine', async () => {
  const proxy = await startHttpReceiver();
  const direct = await startHttpReceiver();
  const client = await openHttpClient(sectionSettings('webhook', {}), {
    ...effects,
    environment: (name) => (name === 'HTTP_PROXY' ? proxy.url : undefined),
  });
  await client.deliver({ url: new URL('http://hooks.test/x') });
  await client.deliver({ url: new URL(direct.url) });
  expect(proxy.requests.map(({ path }) => path)).toEqual(['http://hooks.test/x']);
  expect(direct.requests).toHaveLength(1);
  await client.close();
  await Promise.all([proxy.close(), direct.close()]);
});

describe('over TLS', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lanner-tls-'));
  const file = (name: string): string => join(folder, name);
  const noTls: ClientTls = { caFile: '', certFile: '', keyFile: '', mutualCaFile: '' };
  const clients: (string | undefined)[] = [];
  let server: ReturnType<typeof createTlsServer>;
  let url = new URL('https://127.0.0.1/');

  beforeAll(async () => {
    for (const name of ['server', 'client']) {
      const { status } = spawnSync('openssl', [
        ...[
          'req',
          '-x509',
          '-newkey',
          'ec',
          '-pkeyopt',
          'ec_paramgen_curve:prime256v1',
          '-nodes',
          '-days',
          '2',
        ],
        ...['-keyout', file(`${name}.key`), '-out', file(`${name}.crt`), '-subj', `/CN=${name}`],
        ...['-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'],
      ]);
      expect(status).toBe(0);
    }
    server = createTlsServer(
      {
        key: readFileSync(file('server.key')),
        cert: readFileSync(file('server.crt')),
        ca: readFileSync(file('client.crt')),
        requestCert: true,
        rejectUnauthorized: false,
      },
      (request, response) => {
        const certificate = (
          request.socket as unknown as Pick<TLSSocket, 'getPeerCertificate'>
        ).getPeerCertificate() as {
          subject?: { CN?: string };
        };
        clients.push(certificate.subject?.CN);
        response.end();
      },
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = new URL(`https://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  });
  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    rmSync(folder, { recursive: true });
  });

  async function deliver(
    values: Record<string, boolean>,
    tls: Partial<ClientTls>,
  ): Promise<string | undefined> {
    const client = await open(values, { ...noTls, ...tls });
    try {
      await client.deliver({ url });
      return clients.at(-1);
    } finally {
      await client.close();
    }
  }

  test('an unknown authority is refused', async () => {
    await expect(deliver({}, {})).rejects.toMatchObject({
      code: 'output.failed',
      message: expect.stringContaining('self-signed certificate') as string,
    });
  });

  test('its certificate can be given, and checkcert can be off', async () => {
    expect(await deliver({}, { caFile: file('server.crt') })).toBeUndefined();
    expect(await deliver({ checkcert: false }, {})).toBeUndefined();
  });

  test('mutualtls presents the own certificate, and verifies whatever checkcert says', async () => {
    const own = { certFile: file('client.crt'), keyFile: file('client.key') };
    const values = { mutualtls: true, checkcert: false };
    expect(await deliver(values, { ...own, mutualCaFile: file('server.crt') })).toBe('client');
    await expect(deliver(values, own)).rejects.toThrow('self-signed');
    await expect(deliver(values, {})).rejects.toMatchObject({ code: 'config.invalid' });
    await expect(deliver(values, { ...own, mutualCaFile: file('none') })).rejects.toMatchObject({
      code: 'file.read',
    });
  });
});
