// The server as a user runs it: alerts come in over HTTP, are kept through crashes, and go on to a receiver.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StoredAlert } from '@lanner/api';
import { afterAll, describe, expect, test } from 'vitest';
import { whyNoSensor } from '../packages/sensor/src/testkit/scoped-run.ts';
import { killServer } from '../tools/crash/server-kills.ts';
import { askApi, lannerBin, type ServerProcess, startLanner } from './kit/lanner-server.ts';
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
  test('what was acknowledged survives being killed again and again, and reaches the receiver in order', async () => {
    const { acknowledged, stored, faults, deliveries } = await killServer({
      folder: join(folder, 'killed'),
      cuts: 5,
      seed: 4,
      program: lannerBin,
      tell: () => undefined,
    });
    expect(acknowledged).toBeGreaterThan(50);
    expect(stored).toBeGreaterThanOrEqual(acknowledged);
    expect(faults).toEqual({ lost: 0, doubled: 0, invented: 0, misordered: 0 });
    expect(deliveries).toEqual({ undelivered: 0, strange: 0, overtaking: 0 });
  }, 120_000);

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
