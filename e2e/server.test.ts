// The server as a user runs it: alerts come in over HTTP, are kept through crashes, and go on to a receiver.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { StoredAlert } from '@lanner/api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { whyNoSensor } from '../packages/sensor/src/testkit/scoped-run.ts';
import { askApi, type ServerProcess, startLanner } from './kit/lanner-server.ts';
import { makeSmallRoot, writeMakesRule } from './kit/small-machine.ts';
import { waitFor } from './kit/waits.ts';

const folder = mkdtempSync(join(tmpdir(), 'lanner-server-'));
const started: ChildProcess[] = [];
afterAll(() => {
  started.forEach((child) => child.kill('SIGKILL'));
  rmSync(folder, { recursive: true });
});

async function start(
  args: readonly string[],
  env?: Record<string, string>,
  before?: readonly string[],
): Promise<ServerProcess> {
  const server = await startLanner(args, env, before);
  started.push(server.child);
  return server;
}

function alert(name: string): string {
  return JSON.stringify({
    output: `10:00:00.000000000: Error ${name} happened`,
    priority: 'Error',
    rule: 'Numbered',
    time: new Date().toISOString(),
    source: 'syscall',
    output_fields: { 'proc.name': 'sh', 'fd.name': name, 'evt.time': 1 },
  });
}

describe('lanner server', () => {
  const received: string[] = [];
  let receiver: Server;
  let refuses = false;
  beforeAll(async () => {
    receiver = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        if (!refuses) {
          received.push(
            (JSON.parse(body) as { output_fields: Record<string, string> }).output_fields['fd.name'] ?? '',
          );
        }
        response.writeHead(refuses ? 503 : 200).end();
      });
    });
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => {
    receiver.close();
  });

  test('what was acknowledged survives being killed again and again, and reaches the receiver in order', async () => {
    const data = join(folder, 'killed');
    const config = join(folder, 'config.yaml');
    writeFileSync(
      config,
      `webhook:\n  address: http://127.0.0.1:${(receiver.address() as AddressInfo).port}/\n`,
    );
    const acknowledged: string[] = [];
    for (let round = 0; round < 4; round++) {
      const server = await start(['server', '--data', data, '-c', config]);
      // The receiver is down in the second round: nothing of it may be lost.
      refuses = round === 1;
      const send = async (lane: number): Promise<void> => {
        for (let i = 0; ; i++) {
          const name = `/round${round}/lane${lane}/${i}`;
          try {
            const response = await fetch(server.intake, { method: 'POST', body: alert(name) });
            if (response.status !== 200) {
              return;
            }
          } catch {
            return;
          }
          acknowledged.push(name);
        }
      };
      const lanes = Promise.all([0, 1, 2, 3].map(send));
      await sleep(150 + round * 100);
      server.child.kill('SIGKILL');
      await Promise.all([lanes, server.exit]);
    }
    refuses = false;
    expect(acknowledged.length).toBeGreaterThan(50);
    const server = await start(['server', '--data', data, '-c', config]);
    await waitFor(
      () => acknowledged.every((name) => received.includes(name)),
      () => server.log(),
    );
    // Each lane in its own order; after a crash a batch may come twice.
    for (let round = 0; round < 4; round++) {
      for (let lane = 0; lane < 4; lane++) {
        const prefix = `/round${round}/lane${lane}/`;
        const first = [...new Set(received.filter((name) => name.startsWith(prefix)))];
        expect(first).toEqual(first.map((_name, index) => `${prefix}${index}`));
      }
    }
    const { count } = await askApi<{ count: number }>(server, data, '/api/v1/alerts/count');
    // One that was being written at the moment of the kill may be there without its sender knowing.
    expect(count).toBeGreaterThanOrEqual(acknowledged.length);
    expect(count).toBeLessThanOrEqual(acknowledged.length + 16);
    const [last = ''] = acknowledged.slice(-1);
    expect(await askApi(server, data, `/api/v1/alerts/count?q=${encodeURIComponent(`"${last}"`)}`)).toEqual({
      count: 1,
    });
    server.child.kill('SIGTERM');
    expect(await server.exit).toBe(0);
  }, 60_000);

  test('two servers do not share a folder', async () => {
    const data = join(folder, 'shared');
    const first = await start(['server', '--data', data]);
    await expect(start(['server', '--data', data])).rejects.toThrow('Another process uses the store');
    first.child.kill('SIGTERM');
    await first.exit;
  }, 60_000);
});

const reason = whyNoSensor();

test.skipIf(reason !== null)(
  'lanner up: what this machine does and has is kept',
  async () => {
    const data = join(folder, 'up');
    const root = join(folder, 'root');
    makeSmallRoot(root);
    const rules = join(folder, 'rules.yaml');
    writeMakesRule(rules);
    const worker = spawn('sh', ['-c', `read -r go; mkdir ${folder}/made; sleep 60`], {
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    started.push(worker);
    const server = await start([
      'up',
      '--data',
      data,
      '-r',
      rules,
      '--scope',
      `pid:${worker.pid}`,
      '--scan-root',
      root,
    ]);
    await waitFor(
      () => server.log().includes('state=running'),
      () => server.log(),
    );
    worker.stdin.write('go\n');
    await waitFor(
      async () =>
        (await askApi<{ count: number }>(server, data, '/api/v1/alerts/count?rule=Makes')).count === 1,
      () => server.log(),
    );
    const { alerts } = await askApi<{ alerts: StoredAlert[] }>(server, data, '/api/v1/alerts?rule=Makes');
    expect(alerts).toMatchObject([
      {
        facts: { 'evt.type': expect.stringMatching(/^mkdir/) as string, 'evt.arg.path': `${folder}/made` },
        matched: [expect.stringContaining('evt.type in') as string],
      },
    ]);
    expect(alerts[0]?.lineage?.map(({ name }) => name).slice(0, 2)).toEqual(['mkdir', 'sh']);
    expect(JSON.stringify(alerts[0]?.event)).not.toContain('startTimeNs');
    const artifacts = await waitFor(
      async () => {
        const found = await askApi<{ artifacts: { kind: string; packages: number; system: string }[] }>(
          server,
          data,
          '/api/v1/artifacts',
        );
        return found.artifacts.length > 0 && found.artifacts;
      },
      () => server.log(),
    );
    expect(artifacts).toMatchObject([{ kind: 'host' }]);
    expect(artifacts[0]?.packages).toBeGreaterThan(50);
    expect(artifacts[0]?.system).toContain('debian');
    server.child.kill('SIGTERM');
    expect(await server.exit).toBe(0);
  },
  120_000,
);

const withoutBpf = ['--bounding-set', '-bpf,-perfmon,-sys_admin'];
const noSetpriv = spawnSync('setpriv', [...withoutBpf, 'true']).status !== 0;

const cannot = noSetpriv ? ' (skipped: needs setpriv, and root to leave out capabilities)' : '';

test.skipIf(noSetpriv)(
  `lanner up without what the sensor needs says so, and does the rest${cannot}`,
  async () => {
    const data = join(folder, 'unwatched');
    const root = join(folder, 'empty');
    mkdirSync(root, { recursive: true });
    const arguments_ = ['up', '--data', data, '--scope', `pid:${process.pid}`, '--scan-root', root];
    const server = await start(arguments_, { LANNER_CACHE_DIR: root }, ['setpriv', ...withoutBpf]);
    const { notes } = await waitFor(
      async () => {
        const state = await askApi<{ notes: readonly string[] }>(server, data, '/api/v1/server');
        return state.notes.some((note) => note.includes('not watched')) && state;
      },
      () => server.log(),
    );
    expect(notes.filter((note) => /CAP_BPF|db update/.test(note))).toHaveLength(2);
    const response = await fetch(server.intake, { method: 'POST', body: alert('/kept') });
    expect(response.status).toBe(200);
    server.child.kill('SIGINT');
    expect(await server.exit).toBe(0);
  },
);
