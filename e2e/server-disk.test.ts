// What a server does when its disk is full, read-only or damaged while it runs.
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { askApi, type ServerProcess, startLanner } from './kit/lanner-server.ts';
import { FailingDisk, SmallDisk, whyNoDisks, whyNoFailingDisk } from './kit/small-disk.ts';
import { waitFor } from './kit/waits.ts';

const folder = mkdtempSync(join(tmpdir(), 'lanner-disk-'));
const started: ChildProcess[] = [];
const disks: { unmount: () => void }[] = [];
afterAll(() => {
  started.forEach((child) => child.kill('SIGKILL'));
  disks.forEach((disk) => {
    disk.unmount();
  });
  rmSync(folder, { recursive: true, force: true });
});

const noDisks = whyNoDisks(folder);
const noFailingDisk = whyNoFailingDisk(folder);
const skipped = (reason: string | null): string => (reason === null ? '' : ` (skipped: ${reason})`);

async function start(data: string): Promise<ServerProcess> {
  const server = await startLanner(['server', '--data', data]);
  started.push(server.child);
  return server;
}

let sent = 0;
/** Sends an alert that is new, with `size` bytes that cannot be packed. */
async function send({ intake }: ServerProcess, size: number): Promise<Response> {
  const random = Array.from({ length: size / 8 }, () => Math.random().toString(36).slice(2, 10)).join('');
  return fetch(intake, {
    method: 'POST',
    body: JSON.stringify({
      ...{ output: `alert ${++sent}`, priority: 'Error', rule: 'Numbered', time: new Date().toISOString() },
      output_fields: { 'proc.cmdline': random },
    }),
  });
}

/** Sends until the first is not taken; gives how many were, and the refusal. */
async function sendUntilRefused(server: ServerProcess): Promise<{ taken: number; refusal: Response }> {
  for (let taken = 0; taken < 5000; taken++) {
    const response = await send(server, 16_384);
    if (response.status !== 200) {
      return { taken, refusal: response };
    }
  }
  throw new Error(`nothing was refused: ${server.log()}`);
}

async function metric({ intake }: ServerProcess, name: string): Promise<number> {
  const text = await (await fetch(`${intake}/metrics`)).text();
  const line = text.split('\n').find((each) => each.startsWith(`${name} `)) ?? '';
  return Number(line.slice(name.length));
}

interface StoreState {
  readonly store: { readonly state: string; readonly reason: string; readonly damaged: number };
}

async function count(server: ServerProcess, data: string): Promise<number> {
  return (await askApi<{ count: number }>(server, data, '/api/v1/alerts/count?rule=Numbered')).count;
}

test.skipIf(noDisks !== null)(
  `a full disk is told everywhere, costs nothing that was acknowledged, and the server goes on by itself${skipped(noDisks)}`,
  async () => {
    const disk = new SmallDisk(join(folder, 'full'), 3 * 2 ** 20);
    disks.push(disk);
    const server = await start(disk.path);
    const { taken, refusal } = await sendUntilRefused(server);
    expect(taken).toBeGreaterThan(20);
    expect(refusal.status).toBe(503);
    expect(refusal.headers.get('retry-after')).toBe('1');
    expect(await refusal.text()).toContain('The disk of the store is full. Make room');
    // Told in health, API, metrics and log.
    expect((await fetch(`${server.intake}/healthz`)).status).toBe(503);
    expect(await askApi<StoreState>(server, disk.path, '/api/v1/server')).toMatchObject({
      store: { state: 'degraded', reason: expect.stringContaining('disk of the store is full') as string },
    });
    expect(await metric(server, 'lanner_store_state{state="degraded"}')).toBe(1);
    expect(await metric(server, 'lanner_alerts_refused_total{reason="full"}')).toBeGreaterThan(0);
    expect(await metric(server, 'lanner_store_refused_writes_total')).toBeGreaterThan(0);
    expect(server.log()).toContain('store does not take writes');
    expect(server.log()).toContain('alerts were not taken');
    // What it has can be looked at.
    expect(await count(server, disk.path)).toBe(taken);
    // Nobody sends: it finds the room by itself.
    disk.resize(30 * 2 ** 20);
    await waitFor(
      async () => (await fetch(`${server.intake}/healthz`)).status === 200,
      () => server.log(),
    );
    expect(server.log()).toContain('store takes writes again');
    expect((await send(server, 1024)).status).toBe(200);
    expect(await count(server, disk.path)).toBe(taken + 1);
    server.child.kill('SIGKILL');
    await server.exit;
    const again = await start(disk.path);
    expect(await count(again, disk.path)).toBe(taken + 1);
    again.child.kill('SIGTERM');
    expect(await again.exit).toBe(0);
  },
  60_000,
);

test.skipIf(noFailingDisk !== null)(
  `a disk that fails and becomes read-only is told, and what was acknowledged is there when it is mended${skipped(noFailingDisk)}`,
  async () => {
    const disk = new FailingDisk(join(folder, 'failing'), 40 * 2 ** 20);
    disks.push(disk);
    const server = await start(disk.path);
    for (let i = 0; i < 20; i++) {
      expect((await send(server, 1024)).status).toBe(200);
    }
    disk.fail();
    const refused = await send(server, 1024);
    expect(refused.status).toBe(503);
    expect(await refused.text()).toContain('The disk of the store cannot be written');
    expect((await fetch(`${server.intake}/healthz`)).status).toBe(503);
    expect(await askApi<StoreState>(server, disk.path, '/api/v1/server')).toMatchObject({
      store: { state: 'degraded', reason: expect.stringContaining('cannot be written') as string },
    });
    expect(await metric(server, 'lanner_alerts_refused_total{reason="readonly"}')).toBe(1);
    // Searches go on.
    expect(await count(server, disk.path)).toBe(20);
    server.child.kill('SIGTERM');
    expect(await server.exit).toBe(0);
    // A server does not start on it, and says why.
    const elsewhere = join(disk.path, 'new');
    await expect(start(elsewhere)).rejects.toThrow(`the folder ${elsewhere}/store cannot be made`);
    await expect(start(disk.path)).rejects.toThrow('The disk of the store cannot be written');
    disk.mend();
    const again = await start(disk.path);
    expect(await count(again, disk.path)).toBe(20);
    expect((await send(again, 1024)).status).toBe(200);
    again.child.kill('SIGTERM');
    expect(await again.exit).toBe(0);
  },
  60_000,
);
