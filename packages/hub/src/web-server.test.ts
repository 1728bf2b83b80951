import { AppError, silentLog } from '@lanner/core';
import { expect, test } from 'vitest';
import { startWebServer } from './web-server.ts';

const routes = { '/healthz': { contentType: 'application/json', body: () => '{"status": "ok"}' } };
const base = { address: '127.0.0.1', port: 0, tlsFile: null, routes, log: silentLog };

test('answers its paths, an empty 404 for others and 405 for other methods', async () => {
  const server = await startWebServer(base);
  const url = `http://127.0.0.1:${server.port}`;
  const health = await fetch(`${url}/healthz?x=1`);
  expect([health.status, health.headers.get('content-type'), await health.text()]).toEqual([
    200,
    'application/json',
    '{"status": "ok"}',
  ]);
  const missing = await fetch(`${url}/nosuch`);
  expect([missing.status, await missing.text()]).toEqual([404, '']);
  expect((await fetch(`${url}/healthz`, { method: 'POST' })).status).toBe(405);
  await server.close();
});

test('hands a POST to its receiver', async () => {
  const server = await startWebServer({
    ...base,
    receivers: { '/in': () => Promise.resolve({ status: 201, body: 'taken' }) },
  });
  const response = await fetch(`http://127.0.0.1:${server.port}/in`, { method: 'POST', body: 'x' });
  expect([response.status, await response.text()]).toEqual([201, 'taken']);
  await server.close();
});

test('a port in use and a missing certificate say so', async () => {
  const server = await startWebServer(base);
  await expect(startWebServer({ ...base, port: server.port })).rejects.toThrow('EADDRINUSE');
  await expect(startWebServer({ ...base, tlsFile: '/no/such.pem' })).rejects.toThrow(AppError);
  await server.close();
});
