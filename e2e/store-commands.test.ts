// `lanner store` as a user runs it: beside a server of another process, and what that server does when its file is damaged.
import { type ChildProcess, execFile } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { askApi, lannerBin, type ServerProcess, startLanner } from './kit/lanner-server.ts';
import { waitFor } from './kit/waits.ts';

const folder = mkdtempSync(join(tmpdir(), 'lanner-store-commands-'));
const started: ChildProcess[] = [];
afterAll(() => {
  started.forEach((child) => child.kill('SIGKILL'));
  rmSync(folder, { recursive: true, force: true });
});

async function start(data: string): Promise<ServerProcess> {
  const server = await startLanner(['server', '--data', data]);
  started.push(server.child);
  return server;
}

function store(...args: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [lannerBin, 'store', ...args], (error, out, err) => {
      resolve({ code: error === null ? 0 : Number(error.code), out, err });
    });
  });
}

function send({ intake }: ServerProcess, count: number): Promise<number[]> {
  return Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const body = JSON.stringify({
        ...{ output: `alert ${index}`, priority: 'Error', rule: 'Numbered', time: new Date().toISOString() },
        output_fields: { 'proc.cmdline': `sh -c ${index}` },
      });
      return (await fetch(intake, { method: 'POST', body })).status;
    }),
  );
}

async function count(server: ServerProcess, data: string): Promise<number> {
  return (await askApi<{ count: number }>(server, data, '/api/v1/alerts/count?rule=Numbered')).count;
}

test('a running server is checked, backed up and exported, and the backup is a server of its own', async () => {
  const data = join(folder, 'data');
  const server = await start(data);
  await askApi(server, data, '/api/v1/tokens', {
    method: 'POST',
    body: { name: 'ci', scopes: ['view'], expiresMs: null },
  });
  expect(new Set(await send(server, 100))).toEqual(new Set([200]));
  const coming = send(server, 100);
  expect(await store('check', '--words', '--data', data)).toMatchObject({
    code: 0,
    out: expect.stringContaining('nothing is damaged') as string,
  });
  const backup = join(folder, 'backup');
  expect(await store('backup', backup, '--data', data)).toMatchObject({ code: 0 });
  await coming;
  const exported = await store('export', 'alerts', '--data', data);
  expect(exported.out.trimEnd().split('\n')).toHaveLength(200);
  const refused = await store('restore', backup, '--replace', '--data', data);
  expect(refused).toMatchObject({
    code: 1,
    err: expect.stringContaining('Another process uses the store') as string,
  });
  server.child.kill('SIGTERM');
  expect(await server.exit).toBe(0);
  const restored = join(folder, 'restored');
  expect(await store('restore', backup, '--data', restored)).toMatchObject({ code: 0 });
  const { alerts } = JSON.parse(readFileSync(join(backup, 'manifest.json'), 'utf8')) as { alerts: number };
  expect(alerts).toBeGreaterThanOrEqual(100);
  const again = await start(restored);
  // The administrator's token of then, and the other one.
  expect(await count(again, restored)).toBe(alerts);
  const { tokens } = await askApi<{ tokens: { name: string }[] }>(again, restored, '/api/v1/tokens');
  expect(tokens.map(({ name }) => name).sort()).toEqual(['admin', 'ci']);
  again.child.kill('SIGTERM');
  expect(await again.exit).toBe(0);
}, 60_000);

test('damage under a running server is told in log, API and metrics, and it goes on', async () => {
  const data = join(folder, 'damaged');
  const server = await start(data);
  await send(server, 300);
  const path = join(data, 'store/store.db');
  // What is in the log is not in the file yet: a start brings it there.
  server.child.kill('SIGTERM');
  await server.exit;
  const again = await start(data);
  const file = openSync(path, 'r+');
  for (let at = 4096; at < statSync(path).size; at += 4096) {
    writeSync(file, Buffer.alloc(4096, 0x5a), 0, 4096, at);
  }
  closeSync(file);
  await waitFor(
    async () => {
      await fetch(`${again.api}/api/v1/alerts?q=alert`, {
        headers: { authorization: `Bearer ${readFileSync(join(data, 'admin-token'), 'utf8').trim()}` },
      });
      await send(again, 1);
      return again.log().includes('store was damaged; what could be read was kept');
    },
    () => again.log(),
  );
  await waitFor(
    async () => (await fetch(`${again.intake}/healthz`)).status === 200,
    () => again.log(),
  );
  const metrics = await (await fetch(`${again.intake}/metrics`)).text();
  expect(Number(/^lanner_store_damaged_total (\d+)$/m.exec(metrics)?.[1])).toBeGreaterThan(0);
  expect(await send(again, 3)).toEqual([200, 200, 200]);
  expect(await store('check', '--data', data)).toMatchObject({
    code: 0,
    out: expect.stringMatching(/kept beside it: store\.db\.damaged-\d+\nnothing is damaged/) as string,
  });
  again.child.kill('SIGTERM');
  expect(await again.exit).toBe(0);
}, 60_000);
