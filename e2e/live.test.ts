// The whole product on this kernel. Everything here watches only processes that the test itself has started.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { whyNoSensor } from '../packages/sensor/src/testkit/scoped-run.ts';
import { waitFor } from './kit/waits.ts';

const bin = fileURLToPath(new URL('../bin/lanner.mjs', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'lanner-live-'));
const started: ChildProcess[] = [];
afterAll(() => {
  started.forEach((child) => child.kill('SIGKILL'));
  rmSync(folder, { recursive: true });
});

interface Running {
  readonly child: ChildProcess;
  readonly out: () => string;
  readonly err: () => string;
  /** Exit code. */
  readonly exit: Promise<number | null>;
}

/** Runs `lanner`, or another program with these arguments. */
function start(args: readonly string[], input: string | null = null, program: string | null = null): Running {
  const command = program === null ? [bin, ...args] : args;
  const child = spawn(program ?? process.execPath, command, { stdio: ['pipe', 'pipe', 'pipe'] });
  started.push(child);
  const text = { out: '', err: '' };
  child.stdout.on('data', (chunk: Buffer) => (text.out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (text.err += chunk.toString()));
  if (input !== null) {
    child.stdin.end(input);
  }
  return {
    child,
    out: () => text.out,
    err: () => text.err,
    exit: new Promise((resolve) => child.once('close', resolve)),
  };
}

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

function rule(name: string, condition: string, output: string): string {
  return `- {rule: ${name}, desc: d, condition: "${condition}", output: "${output}", priority: NOTICE}\n`;
}

const startsRule = rule('Starts', 'evt.type in (execve, execveat)', 'starts %proc.cmdline');
const readsRule = rule(
  'Reads',
  'evt.type in (open, openat) and fd.name = /etc/passwd',
  'reads by %proc.name',
);

interface JsonAlert {
  readonly rule: string;
  readonly output: string;
  readonly output_fields: Readonly<Record<string, unknown>>;
}

function alertsIn(text: string): JsonAlert[] {
  return text
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as JsonAlert);
}

const reason = whyNoSensor();

describe.skipIf(reason !== null)(`on this kernel${reason === null ? '' : ` (skipped: ${reason})`}`, () => {
  test('run: the command keeps its streams and its exit code; alerts go to standard error', async () => {
    const rules = file('run.yaml', startsRule + readsRule);
    const { out, err, exit } = start(
      ['run', '-r', rules, '--', 'sh', '-c', 'cat; cat /etc/passwd > /dev/null; exit 7'],
      'what comes in\n',
    );
    expect(await exit).toBe(7);
    expect(out()).toBe('what comes in\n');
    const lines = err().trimEnd().split('\n');
    // The first is the command itself: it has been watched from its first instruction on, and nobody else is.
    expect(lines[0]).toContain('starts sh -c cat; cat /etc/passwd > /dev/null; exit 7');
    expect(lines.filter((line) => line.includes('starts'))).toHaveLength(3);
    expect(lines.filter((line) => line.includes('reads by cat'))).toHaveLength(1);
    expect(lines).toHaveLength(4);
  });

  test('run: the end by a signal is 128 and its number, and signals reach the command', async () => {
    const rules = file('signals.yaml', startsRule);
    const alerts = join(folder, 'signals.json');
    const { child, exit } = start(['run', '-r', rules, '--json', '--alerts', alerts, '--', 'sleep', '60']);
    await waitFor(() => existsSync(alerts) && alertsIn(readFileSync(alerts, 'utf8')).length === 1);
    child.kill('SIGTERM');
    expect(await exit).toBe(128 + 15);
  });

  test('run: the end of a connection is compared with the host names of rules', async () => {
    const server = createServer((socket) => socket.end());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const connects = `evt.type = connect and fd.sport = ${port}`;
    const rules = file(
      'names.yaml',
      rule('Elsewhere', `${connects} and fd.sip.name != localhost`, 'elsewhere') +
        rule('Known', `${connects} and fd.sip.name in (nowhere.invalid, localhost)`, 'to %fd.sip.name'),
    );
    const connect = `require('node:net').connect(${port}, '127.0.0.1').on('close', () => process.exit(0)).resume()`;
    const run = start(['run', '--rules', rules, '--json', '--', process.execPath, '-e', connect]);
    expect(await run.exit).toBe(0);
    server.close();
    expect(alertsIn(run.err()).map(({ output }) => output)).toEqual([
      expect.stringContaining('to localhost'),
    ]);
    expect(run.err()).toContain('nowhere.invalid');
  });

  test('a capture that is recorded live replays to the alerts that were raised live', async () => {
    const capture = join(folder, 'live.scap');
    const alerts = join(folder, 'live.json');
    const script =
      'cat /etc/shadow > /dev/null; ln -s /etc/shadow link; rm link; find . -name id_rsa; (exec 5<>/dev/tcp/127.0.0.1/9); chmod u+s own; true';
    const recording = start(
      [
        'capture',
        '-o',
        capture,
        '--json',
        '--alerts',
        alerts,
        '--',
        'bash',
        '-c',
        `cd ${folder}; > own; ${script}`,
      ],
      '',
    );
    expect(await recording.exit, recording.err()).toBe(0);
    const replay = start(['detect', '--capture', capture, '--json'], '');
    expect(await replay.exit, replay.err()).toBe(0);
    const live = alertsIn(readFileSync(alerts, 'utf8'));
    expect(live.map((alert) => alert.rule)).toEqual(
      expect.arrayContaining(['Read sensitive file untrusted', 'Set Setuid or Setgid bit']),
    );
    expect(alertsIn(replay.out())).toEqual(live);
  });

  const setpriv = '/usr/bin/setpriv';
  const cannot =
    process.getuid?.() !== 0
      ? 'needs root to become nobody'
      : existsSync(setpriv)
        ? null
        : `needs ${setpriv}`;

  test.skipIf(cannot !== null)(
    `selftest: works for nobody with four capabilities${cannot === null ? '' : ` (skipped: ${cannot})`}`,
    async () => {
      const four = '-all,+bpf,+perfmon,+sys_ptrace,+dac_read_search';
      const who = ['--reuid', '65534', '--regid', '65534', '--clear-groups', '--no-new-privs'];
      const sets = ['--inh-caps', four, '--ambient-caps', four, '--bounding-set', four];
      const only = ['open-read', 'connect', 'exec-ancestor', 'exit'].flatMap((id) => ['--only', id]);
      const tested = start(
        [...who, ...sets, process.execPath, bin, 'selftest', '--json', ...only],
        '',
        setpriv,
      );
      expect([await tested.exit, tested.err()]).toEqual([0, '']);
      expect(JSON.parse(tested.out())).toMatchObject({ ok: true, seen: 4, missing: [] });
    },
  );

  test('detect: system calls and audit events in one process, under rules that are exchanged together', async () => {
    const audit = (output: string): string =>
      `- {rule: Asks, desc: d, source: k8s_audit, condition: ka.verb = get, output: "${output} %ka.verb", priority: NOTICE}\n`;
    const makes = (output: string): string => rule('Makes', 'evt.type in (mkdir, mkdirat)', output);
    const rules = file('both.yaml', audit('first') + makes('first'));
    const config = file(
      'both-falco.yaml',
      `engine: {kind: modern_ebpf}\njson_output: true\nlog_syslog: false\nlog_stderr: true\nstdout_output: {enabled: true}\n` +
        `metrics: {enabled: true, interval: 1h}\nwebserver: {enabled: true, listen_port: 0, prometheus_metrics_enabled: true}\n`,
    );
    const script = `process.stdin.on('data', (name) => { require('node:fs').mkdirSync('${folder}/' + name); })`;
    const worker = spawn(process.execPath, ['-e', script], { stdio: ['pipe', 'ignore', 'inherit'] });
    started.push(worker);
    const scope = ['--scope', `pid:${worker.pid}`, '--k8s-audit-listen', ':0'];
    const detect = start(['detect', '-c', config, '-r', rules, ...scope], '');
    const portOf = (what: string): Promise<string> =>
      waitFor(() => new RegExp(`"${what} is listening".*?"port":(\\d+)`).exec(detect.err())?.[1], detect.err);
    const url = `http://127.0.0.1:${await portOf('audit webhook')}/k8s-audit`;
    const web = `http://127.0.0.1:${await portOf('web server')}`;
    const ask = async (): Promise<void> => {
      const event = { kind: 'Event', apiVersion: 'audit.k8s.io/v1', stage: 'ResponseComplete', verb: 'get' };
      const stageTimestamp = '2026-01-01T00:00:00.000000Z';
      const body = JSON.stringify({ ...event, auditID: 'a', stageTimestamp });
      const headers = { 'content-type': 'application/json' };
      expect((await fetch(url, { method: 'POST', headers, body })).status).toBe(200);
    };
    const outputs = (): string[] => alertsIn(detect.out()).map((alert) => `${alert.rule} ${alert.output}`);
    const expectBoth = async (output: string): Promise<void> => {
      worker.stdin.write(`${output}-folder`);
      await ask();
      await waitFor(
        () => outputs().some((line) => line.startsWith('Makes') && line.includes(output)),
        detect.err,
      );
      await waitFor(
        () => outputs().some((line) => line.startsWith('Asks') && line.includes(output)),
        detect.err,
      );
    };
    await expectBoth('first');
    // The thread of the sensor has given up all but CAP_BPF, CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH.
    const threads = readdirSync(`/proc/${detect.child.pid}/task`).map((tid) =>
      readFileSync(`/proc/${detect.child.pid}/task/${tid}/status`, 'latin1'),
    );
    expect(threads.filter((status) => /^CapPrm:\s*0000008000080004$/m.test(status))).toHaveLength(1);
    writeFileSync(rules, audit('second') + makes('second'));
    detect.child.kill('SIGHUP');
    await waitFor(() => detect.err().includes('"rules reloaded"'), detect.err);
    await expectBoth('second');
    const metrics = await (await fetch(`${web}/metrics`)).text();
    expect(metrics).toContain('engine_name="modern_ebpf",evt_source="syscall"');
    expect(metrics).toContain('engine_name="source_plugin",evt_source="k8s_audit"');
    expect(metrics).toMatch(/rules_matches_total\{[^}]*rule_name="Asks",source="k8s_audit"\} 2/);
    detect.child.kill('SIGTERM');
    expect(await detect.exit).toBe(0);
    worker.kill();
  });

  test('detect: watches a scope, reloads without losing an event, serves metrics, and ends', async () => {
    const count = 3000;
    const rules = file('detect.yaml', rule('Makes', 'evt.type in (mkdir, mkdirat)', 'first %evt.arg.path'));
    const output = join(folder, 'detect.json');
    const config = file(
      'falco.yaml',
      `engine: {kind: modern_ebpf}\njson_output: true\nlog_syslog: false\nlog_stderr: true\nwatch_config_files: true\n` +
        `metrics: {enabled: true, interval: 1h}\nwebserver: {enabled: true, listen_port: 0, prometheus_metrics_enabled: true}\n` +
        `stdout_output: {enabled: false}\nfile_output: {enabled: true, filename: ${output}, keep_alive: true}\n`,
    );
    // Makes folders as fast as it can once it is told to.
    const worker = spawn(
      process.execPath,
      [
        '-e',
        `process.stdin.once('data', () => { const fs = require('node:fs'); for (let i = 0; i < ${count}; i++) { fs.mkdirSync('${folder}/d' + i); } process.exit(0); })`,
      ],
      { stdio: ['pipe', 'ignore', 'inherit'] },
    );
    started.push(worker);
    const detect = start(['detect', '-c', config, '-r', rules, '--scope', `pid:${worker.pid}`], '');
    const port = await waitFor(() => /"web server is listening".*?"port":(\d+)/.exec(detect.err())?.[1]);
    expect(detect.err()).toMatch(/"message":"driver".*"driver":"modern_ebpf","state":"running"/);
    worker.stdin.write('go');
    for (let i = 0; i < 5; i++) {
      writeFileSync(rules, rule('Makes', 'evt.type in (mkdir, mkdirat)', `pass ${i} %evt.arg.path`));
      detect.child.kill('SIGHUP');
      await sleep(20);
    }
    const makes = (): JsonAlert[] =>
      existsSync(output)
        ? alertsIn(readFileSync(output, 'utf8')).filter((alert) => alert.rule === 'Makes')
        : [];
    await waitFor(
      () => makes().length >= count,
      () => `${makes().length} of ${count} alerts; ${detect.err()}`,
    );
    expect(makes().map((alert) => alert.output_fields['evt.arg.path'])).toEqual(
      Array.from({ length: count }, (_, i) => `${folder}/d${i}`),
    );
    await waitFor(() => detect.err().includes('"rules reloaded"'));
    // Figures cross the threads once a second.
    await sleep(1100);
    const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    expect(metrics).toMatch(/^lanner_alerts_dropped_total 0$/m);
    expect(Number(/^falcosecurity_scap_n_evts_total (\d+)$/m.exec(metrics)?.[1])).toBeGreaterThanOrEqual(
      count,
    );
    expect(metrics).toMatch(/^falcosecurity_scap_n_drops_total 0$/m);
    detect.child.kill('SIGTERM');
    expect(await detect.exit).toBe(0);
  });

  test('the self-test sees every behaviour', async () => {
    const { out, err, exit } = start(['selftest', '--json'], '');
    const code = await exit;
    expect(JSON.parse(out()), err()).toMatchObject({ ok: true, missing: [] });
    expect(code).toBe(0);
  }, 180_000);
});
