// Agents and server as processes, over TLS on loopback: what was promised survives being killed.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { whyNoSensor } from '../packages/sensor/src/testkit/scoped-run.ts';
import { killAgent } from '../tools/crash/agent-kills.ts';
import { askApi, lannerBin, type ServerProcess, startLanner } from './kit/lanner-server.ts';
import { freePorts } from './kit/real-server.ts';
import { makeSmallRoot, writeMakesRule } from './kit/small-machine.ts';
import { until } from './kit/waits.ts';

const folder = mkdtempSync(join(tmpdir(), 'lanner-agents-'));
const started: ChildProcess[] = [];
afterAll(() => {
  started.forEach((child) => child.kill('SIGKILL'));
  rmSync(folder, { recursive: true });
});

async function start(data: string, agents: string): Promise<ServerProcess> {
  const server = await startLanner(['server', '--data', data, '--agents', agents]);
  started.push(server.child);
  return server;
}

/** A place that a server comes back to after it was killed. */
async function freePlace(): Promise<string> {
  return `127.0.0.1:${(await freePorts(1)).join('')}`;
}

/** What a command prints on standard output; rejects when it fails. */
function lanner(args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [lannerBin, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    started.push(child);
    let [out, err] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
    child.once('close', (code) =>
      code === 0 ? resolve(out) : reject(new Error(`${args.join(' ')}: ${err}`)),
    );
  });
}

test('what an agent promised is stored once and in order, however often agent and server are killed', async () => {
  const { promised, faults, agents, agentKills, serverKills } = await killAgent({
    folder: join(folder, 'killed'),
    cuts: 6,
    seed: 3,
    program: lannerBin,
    tell: () => undefined,
  });
  expect(agentKills).toBeGreaterThan(0);
  expect(serverKills).toBeGreaterThan(0);
  expect(promised).toBeGreaterThan(100);
  expect(faults).toEqual({ lost: 0, doubled: 0, invented: 0, misordered: 0 });
  expect(agents).toMatchObject([
    { name: 'node-1', state: 'connected', health: { spool: { damaged: 0, droppedBySize: 0 } } },
  ]);
}, 120_000);

interface AgentProcess {
  readonly child: ChildProcess;
  readonly out: () => string;
  readonly log: () => string;
  readonly exit: Promise<number | null>;
}

function agentProcess(args: readonly string[]): AgentProcess {
  const child = spawn(process.execPath, [lannerBin, 'agent', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  started.push(child);
  let [out, log] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (log += chunk.toString()));
  const exit = new Promise<number | null>((resolve) => child.once('close', resolve));
  return { child, out: () => out, log: () => log, exit };
}

test('a token of nobody ends the start of an agent, and says what to do', async () => {
  const server = await start(join(folder, 'refusing'), '127.0.0.1:0');
  const token = (await lanner(['server', 'token', '--data', join(folder, 'refusing')])).trim();
  const args = (given: string): string[] => [
    '--server',
    server.agents,
    '--token',
    given,
    '--data',
    join(folder, 'nobody'),
    '--no-sensor',
    '--no-scan',
  ];
  for (const [given, message] of [
    [token.replace(/_[\w-]{32}\./, `_${'x'.repeat(32)}.`), 'the join token is unknown or has expired'],
    [token.replace(/\..*/, `.${'y'.repeat(43)}`), 'is not the server that the join token is of'],
  ] as const) {
    const agent = agentProcess(args(given));
    expect(await agent.exit).toBe(1);
    expect(agent.log()).toContain(message);
  }
  const unknown = agentProcess(['--data', join(folder, 'nobody')]);
  expect(await unknown.exit).toBe(2);
  expect(unknown.log()).toContain('not enrolled');
  // Enrolled, and its rules are not there: it does not stay connected without watching anything.
  const blind = agentProcess([
    ...args(token).filter((word) => word !== '--no-sensor'),
    '-r',
    '/nowhere.yaml',
  ]);
  expect(await blind.exit).toBe(1);
  expect(blind.log()).toContain('/nowhere.yaml');
  server.child.kill('SIGTERM');
  await server.exit;
}, 60_000);

/** Command lines of what a process has started. */
function commandsOf({ pid }: ChildProcess): readonly string[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean);
  return children.flatMap((child): string[] => {
    try {
      return [readFileSync(`/proc/${child}/cmdline`, 'latin1')];
    } catch {
      // It has ended meanwhile.
      return [];
    }
  });
}

const reason = whyNoSensor();

test.skipIf(reason !== null)(
  'a node is added in two commands, goes on while the server is away, and is revoked',
  async () => {
    const data = join(folder, 'server');
    const place = await freePlace();
    let server = await start(data, place);
    const root = join(folder, 'root');
    makeSmallRoot(root);
    const rules = join(folder, 'rules.yaml');
    writeMakesRule(rules);
    const script = `n=0; while read -r go; do n=$((n + 1)); mkdir ${folder}/made$n; done`;
    const worker = spawn('sh', ['-c', script], { stdio: ['pipe', 'ignore', 'ignore'] });
    started.push(worker);
    const token = (await lanner(['server', 'token', '--data', data])).trim();
    const common = ['--data', join(folder, 'agent'), '-r', rules, '--scope', `pid:${worker.pid}`];
    let agent = agentProcess([
      ...common,
      '--server',
      server.agents,
      '--token',
      token,
      '--name',
      'node-7',
      '--scan-root',
      root,
    ]);
    const watching = (): Promise<void> =>
      until('the agent watches', () => /state["=:]+running/.test(agent.log()));
    const count = async (): Promise<number> =>
      (await askApi<{ count: number }>(server, data, '/api/v1/alerts/count?rule=Makes')).count;
    const printed = (): number =>
      agent
        .out()
        .split('\n')
        .filter((line) => line.includes('"rule":"Makes"')).length;
    await watching();
    worker.stdin.write('go\n');
    await until('the first alert is there', async () => (await count()) === 1);
    const { alerts } = await askApi<{ alerts: unknown[] }>(server, data, '/api/v1/alerts?rule=Makes');
    expect(alerts).toMatchObject([{ node: 'node-7', event: { priority: 'Error' } }]);
    await until('the scan is there', async () => {
      const found = await askApi<{ artifacts: { kind: string; packages: number }[] }>(
        server,
        data,
        '/api/v1/artifacts',
      );
      return found.artifacts.some(({ kind, packages }) => kind === 'host' && packages > 50);
    });

    server.child.kill('SIGKILL');
    await server.exit;
    worker.stdin.write('go\ngo\ngo\n');
    await until('the agent goes on', () => printed() === 4);
    server = await start(data, place);
    await until('what waited is there', async () => (await count()) === 4);

    agent.child.kill('SIGKILL');
    await agent.exit;
    agent = agentProcess([...common, '--no-scan', '--selftest-hours', '24']);
    await watching();
    worker.stdin.write('go\n');
    await until('the alert after a kill is there', async () => (await count()) === 5);
    const [state] = JSON.parse(await lanner(['server', 'agents', '--json', '--data', data])) as {
      id: string;
    }[];
    expect(state).toMatchObject({
      name: 'node-7',
      state: 'connected',
      health: { sensor: 'running', alertsLost: 0 },
    });

    await until('the self-test runs', () =>
      commandsOf(agent.child).some((line) => line.includes('selftest')),
    );
    await lanner(['server', 'agents', 'revoke', state?.id ?? '', '--data', data]);
    worker.stdin.write('go\n');
    await until('the agent is told', () => agent.log().includes('was revoked'));
    expect(printed()).toBe(2);
    expect(await count()).toBe(5);
    agent.child.kill('SIGTERM');
    expect(await agent.exit).toBe(0);
    server.child.kill('SIGTERM');
    expect(await server.exit).toBe(0);
  },
  120_000,
);

test.skipIf(reason !== null)(
  'rules of the page run at an agent, which keeps them; what it does not take is told, and those of before run on',
  async () => {
    const data = join(folder, 'ruling');
    const server = await start(data, '127.0.0.1:0');
    const rules = join(folder, 'own.yaml');
    writeMakesRule(rules);
    const worker = spawn('sh', ['-c', `while read -r name; do rmdir ${folder}/$name; done`], {
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    started.push(worker);
    const token = (await lanner(['server', 'token', '--data', data])).trim();
    const common = [
      '--data',
      join(folder, 'ruled'),
      '-r',
      rules,
      '--scope',
      `pid:${worker.pid}`,
      '--no-scan',
    ];
    const save = async (text: string): Promise<void> => {
      const { revision } = await askApi<{ revision: string }>(server, data, '/api/v1/rule-files');
      await askApi(server, data, '/api/v1/rule-files/own', { method: 'PUT', body: { text, revision } });
    };
    const listed = (): Promise<string> => lanner(['server', 'agents', '--data', data]);
    const removes =
      '- {rule: Removes, desc: d, condition: "evt.type in (rmdir, unlinkat)", output: removed, priority: ERROR}\n';
    await save(removes);
    const agent = agentProcess([...common, '--server', server.agents, '--token', token]);
    await until('the agent has them', async () => (await listed()).includes('current'));
    worker.stdin.write('nothing-there\n');
    await until('the alert is there', () => agent.out().includes('"rule":"Removes"'));
    agent.child.kill('SIGTERM');
    expect(await agent.exit).toBe(0);

    // The server has the rule that this changes; the agent, which has rules of its own, does not.
    await save(
      '- {rule: Clear Log Activities, condition: and proc.name != x, override: {condition: append}}\n',
    );
    const again = agentProcess(common);
    await until('it is refused', async () => (await listed()).includes('refused'));
    const { agents } = await askApi<{ agents: { health: { rules: unknown } }[] }>(
      server,
      data,
      '/api/v1/agents',
    );
    expect(agents[0]?.health.rules).toMatchObject({
      refused: { reason: expect.stringContaining('own rules of the server') as string },
    });
    // The server has them no more: they come from the agent's disk.
    worker.stdin.write('nothing-there\n');
    await until('the rule runs again', () => again.out().includes('"rule":"Removes"'));
    for (const { child, exit } of [again, server]) {
      child.kill('SIGTERM');
      expect(await exit).toBe(0);
    }
  },
  120_000,
);
