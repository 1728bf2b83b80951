import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { silentLog } from '@lanner/core';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { RegistryClient, type RegistryCredentials, sha256 } from './client.ts';
import { dockerCredentials } from './docker-config.ts';
import { parseReference, printReference } from './reference.ts';

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

const layer = Buffer.from('the layer');
const manifest = Buffer.from(
  JSON.stringify({ layers: [{ mediaType: 'x', digest: sha256(layer), size: layer.length }] }),
);

/** A registry on loopback that wants a token when `password` is set. */
async function registry(password: string | null, corrupt = false): Promise<string> {
  server = createServer((request, response) => {
    const authorization = request.headers.authorization ?? '';
    const url = request.url ?? '';
    if (url.startsWith('/token')) {
      const right = authorization === `Basic ${Buffer.from(`me:${password}`).toString('base64')}`;
      response.writeHead(right ? 200 : 403).end(JSON.stringify({ token: 'T' }));
    } else if (password !== null && authorization !== 'Bearer T') {
      const realm = `http://${request.headers.host}/token`;
      response
        .writeHead(401, {
          'www-authenticate': `Bearer realm="${realm}",service="s",scope="repository:rules/r:pull"`,
        })
        .end();
    } else if (url === '/v2/rules/r/manifests/1') {
      response.end(manifest);
    } else if (url.includes('/blobs/')) {
      response.end(corrupt ? 'the laier' : layer);
    } else {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function client(credentials: RegistryCredentials | null = null): RegistryClient {
  return new RegistryClient({ fetch, log: silentLog, credentials: () => Promise.resolve(credentials) });
}

describe('the client', () => {
  test.each([null, 'secret'])('pulls a manifest and a verified blob (password %s)', async (password) => {
    const reference = parseReference(`${await registry(password)}/rules/r:1`);
    const puller = client(password === null ? null : { username: 'me', password });
    const found = await puller.manifest(reference);
    expect(found.digest).toBe(sha256(manifest));
    const [descriptor] = found.manifest.layers ?? [];
    expect((await puller.blob(reference, descriptor!, 1000)).toString()).toBe('the layer');
  });

  test('refuses content that does not match its digest', async () => {
    const reference = parseReference(`${await registry(null, true)}/rules/r:1`);
    const { manifest: found } = await client().manifest(reference);
    await expect(client().blob(reference, found.layers![0]!, 1000)).rejects.toThrow(
      'does not match its digest',
    );
  });

  test('says what is missing, denied or out of reach', async () => {
    const host = await registry('secret');
    await expect(client().manifest(parseReference(`${host}/rules/r:1`))).rejects.toThrow(
      'does not let you read',
    );
    await expect(
      client({ username: 'me', password: 'secret' }).manifest(parseReference(`${host}/rules/r:2`)),
    ).rejects.toThrow('has no such version');
    await expect(client().manifest(parseReference('127.0.0.1:1/a/b:1'))).rejects.toThrow('cannot be reached');
  });
});

describe('references', () => {
  test.each([
    ['falco-rules', 'docker.io/library/falco-rules:latest'],
    ['org/falco-rules:3', 'docker.io/org/falco-rules:3'],
    ['localhost:5000/a/b', 'localhost:5000/a/b:latest'],
    [`r.example.com/a@sha256:${'0'.repeat(64)}`, `r.example.com/a@sha256:${'0'.repeat(64)}`],
  ])('%s is %s', (text, want) => {
    expect(printReference(parseReference(text))).toBe(want);
  });

  test.each(['', 'UPPER/x', 'a b', 'a@sha256:12', 'a:b:c', '/a'])('%s is refused', (text) => {
    expect(() => parseReference(text)).toThrow('is no reference');
  });

  test('printing and parsing undo each other', () => {
    const name = fc.stringMatching(/^[a-z0-9]{1,8}(?:[._-][a-z0-9]{1,8})?$/);
    fc.assert(
      fc.property(fc.array(name, { minLength: 2, maxLength: 3 }), name, (parts, tag) => {
        const printed = printReference(parseReference(`h.example:5000/${parts.join('/')}:${tag}`));
        expect(printReference(parseReference(printed))).toBe(printed);
      }),
    );
  });
});

describe('docker credentials', () => {
  const effects = (config: unknown, helper: string | null = null) => ({
    readConfig: () => Promise.resolve(config === null ? null : JSON.stringify(config)),
    runHelper: () => Promise.resolve(helper),
  });

  test('come from auths, from helpers, or not at all', async () => {
    const auth = Buffer.from('u:p:w').toString('base64');
    expect(await dockerCredentials('r.x', effects({ auths: { 'r.x': { auth } } }))).toEqual({
      username: 'u',
      password: 'p:w',
    });
    expect(
      await dockerCredentials('r.x', effects({ credsStore: 's' }, '{"Username":"a","Secret":"b"}')),
    ).toEqual({ username: 'a', password: 'b' });
    expect(await dockerCredentials('r.x', effects(null))).toBeNull();
    expect(await dockerCredentials('r.x', effects({ auths: { other: { auth } } }))).toBeNull();
  });
});
