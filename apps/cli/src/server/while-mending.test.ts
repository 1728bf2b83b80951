import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { silentLog } from '@lanner/core';
import { expect, test, vi } from 'vitest';
import { WhileMending } from './while-mending.ts';

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

test('answers that it is not ready, and gives the port back', async () => {
  const port = await freePort();
  const place = { address: '127.0.0.1', port, tls: null };
  for (let round = 0; round < 2; round++) {
    const waiting = new WhileMending({ api: place, intake: { ...place, port: 0 } }, silentLog);
    const health = await vi.waitFor(() => fetch(`http://127.0.0.1:${port}/api/v1/healthz`), 30_000);
    expect([health.status, await health.json()]).toMatchObject([503, { status: 'mending' }]);
    expect(health.headers.get('retry-after')).toBe('5');
    const sent = await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', body: '{}' });
    expect(sent.status).toBe(503);
    expect((await fetch(`http://127.0.0.1:${port}/ping`)).status).toBe(200);
    await waiting.close();
  }
  await expect(fetch(`http://127.0.0.1:${port}/ping`)).rejects.toThrow();
});

test('a port that is taken is no reason to stop', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const place = { address: '127.0.0.1', port: (taken.address() as AddressInfo).port, tls: null };
  const waiting = new WhileMending({ api: place, intake: place }, silentLog);
  await expect(waiting.close()).resolves.toBeUndefined();
  taken.close();
});
