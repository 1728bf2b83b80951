import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog } from '@lanner/core';
import type { Store } from '@lanner/hub';
import { openMemoryStore } from '@lanner/hub/testkit';
import { afterAll, expect, test, vi } from 'vitest';
import { openServer } from './open-server.ts';
import { readServerSettings } from './settings.ts';

const folder = mkdtempSync(join(tmpdir(), 'lanner-open-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** A start over a store in memory, and how often that is closed. */
async function opening(
  signal: AbortSignal,
  prepare: (store: Store) => void,
  values: Readonly<Record<string, string>> = {},
): Promise<{ readonly server: ReturnType<typeof openServer>; readonly closed: { count: number } }> {
  const memory = await openMemoryStore();
  prepare(memory);
  const closed = { count: 0 };
  const store: Store = {
    ...memory,
    close() {
      closed.count++;
      return Promise.resolve();
    },
  };
  const settings = readServerSettings(
    { data: folder, listen: '127.0.0.1:0', ...values },
    { LISTENPORT: '0', LANNER_OIDC_DEFAULTROLE: 'view' },
    silentLog,
  );
  const server = openServer(store, settings, {
    ...{ log: silentLog, now: Date.now, uuid: () => crypto.randomUUID(), version: '0.0.0', signal },
    writeStdout: () => Promise.resolve(),
    notes: () => [],
    scan: () => null,
    ruleRunner: null,
  });
  return { server, closed };
}

test('a start that waits for its store ends with the signal, and closes the store', async () => {
  const stop = new AbortController();
  const { server, closed } = await opening(stop.signal, ({ alerts }) => {
    // As over a disk that hangs.
    vi.spyOn(alerts, 'lastPosition').mockImplementation(() => {
      stop.abort();
      return new Promise(() => undefined);
    });
  });
  await expect(server).rejects.toThrow('aborted');
  expect(closed.count).toBe(1);
});

test('a signal that comes before the server listens keeps it from listening', async () => {
  const stop = new AbortController();
  const { server, closed } = await opening(stop.signal, ({ documents }) => {
    vi.spyOn(documents, 'get').mockImplementation(() => {
      stop.abort();
      return Promise.resolve(null);
    });
  });
  await expect(server).rejects.toThrow('aborted');
  expect(closed.count).toBe(1);
});

test('a server that runs is not ended by the signal of its start, but by being closed', async () => {
  const stop = new AbortController();
  const { server, closed } = await opening(stop.signal, () => undefined);
  const running = await server;
  stop.abort();
  expect((await fetch(`http://127.0.0.1:${running.intakePort}/ping`)).status).toBe(200);
  await running.close();
  expect(closed.count).toBe(1);
});

test('a server that ends does not wait for a provider that hangs', async () => {
  const asked = Promise.withResolvers<unknown>();
  const left = Promise.withResolvers<unknown>();
  // As one that takes the question and says nothing.
  const silent = createServer((request) => {
    asked.resolve(null);
    request.once('close', left.resolve);
  });
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const { port } = silent.address() as AddressInfo;
  const oidc = { 'oidc-issuer': `http://127.0.0.1:${port}`, 'oidc-client-id': 'lanner' };
  const { server } = await opening(new AbortController().signal, () => undefined, oidc);
  const running = await server;
  await asked.promise;
  await running.close();
  await left.promise;
  silent.close();
});
