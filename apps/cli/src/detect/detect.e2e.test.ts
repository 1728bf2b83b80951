import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';

const bin = fileURLToPath(new URL('../../../../bin/lanner.mjs', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'lanner-detect-'));
const rules = join(folder, 'rules.yaml');
const alerts = join(folder, 'alerts.jsonl');
const token = join(folder, 'token');
const pidFile = join(folder, 'lanner.pid');
const started: ChildProcess[] = [];

afterAll(() => {
  started.forEach((child) => child.kill('SIGKILL'));
  rmSync(folder, { recursive: true });
});

interface Running {
  readonly child: ChildProcess;
  readonly stderr: () => string;
  readonly exit: Promise<number | null>;
}

function start(...args: readonly string[]): Running {
  const child = spawn(process.execPath, [bin, 'detect', ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
  started.push(child);
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const exit = new Promise<number | null>((resolve) => child.once('close', resolve));
  return { child, stderr: () => stderr, exit };
}

async function until<T>(probe: () => T | undefined | false | null): Promise<T> {
  for (let i = 0; i < 400; i++) {
    const found = probe();
    if (found !== undefined && found !== false && found !== null) {
      return found;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('waited in vain');
}

function portOf(running: Running, message: string): Promise<string> {
  const pattern = new RegExp(`"message":"${message}".*?"port":(\\d+)`);
  return until(() => pattern.exec(running.stderr())?.[1]);
}

function ruleText(output: string): string {
  return `- {rule: Audit, desc: d, condition: ka.verb exists, output: "${output} %ka.verb", priority: NOTICE, source: k8s_audit}\n`;
}

function auditEvent(verb: string): Record<string, unknown> {
  return {
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    auditID: verb,
    stage: 'ResponseComplete',
    verb,
    stageTimestamp: '2026-01-01T00:00:00.000000Z',
    requestReceivedTimestamp: '2026-01-01T00:00:00.000000Z',
  };
}

function post(port: string, body: string, bearer = 'secret'): Promise<Response> {
  return fetch(`http://127.0.0.1:${port}/k8s-audit`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${bearer}` },
    body,
  });
}

function alertLines(path: string): string[] {
  return existsSync(path)
    ? readFileSync(path, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
    : [];
}

test('serves, takes audit events, reloads, reopens its outputs and ends', async () => {
  writeFileSync(rules, ruleText('first'));
  writeFileSync(token, 'secret\n');
  const config = join(folder, 'falco.yaml');
  writeFileSync(
    config,
    `json_output: true
log_stderr: true
log_syslog: false
engine: {kind: nodriver}
file_output: {enabled: true, keep_alive: true, filename: ${alerts}}
rules_files: [${rules}]
watch_config_files: true
metrics: {enabled: true, interval: 1h}
webserver: {enabled: true, listen_address: 127.0.0.1, listen_port: 0, prometheus_metrics_enabled: true}
plugins: [{name: k8saudit, init_config: {webhookMaxBatchSize: 100000}}]
load_plugins: [k8saudit, json]
`,
  );
  const running = start(
    '-c',
    config,
    '--k8s-audit-listen',
    ':0',
    '--k8s-audit-token-file',
    token,
    '-P',
    pidFile,
  );
  const audit = await portOf(running, 'audit webhook is listening');
  const web = `http://127.0.0.1:${await portOf(running, 'web server is listening')}`;
  expect(running.stderr()).toMatch(/"driver":"nodriver","state":"listening"/);
  expect(readFileSync(pidFile, 'utf8')).toBe(`${running.child.pid ?? 0}\n`);
  expect(await (await fetch(`${web}/healthz`)).text()).toBe('{"status": "ok"}');
  expect(await (await fetch(`${web}/versions`)).text()).toMatch(/"engine_version":"\d+"/);

  expect((await post(audit, JSON.stringify(auditEvent('get')))).status).toBe(200);
  const list = {
    kind: 'EventList',
    apiVersion: 'audit.k8s.io/v1',
    items: [auditEvent('list'), auditEvent('watch')],
  };
  expect((await post(audit, JSON.stringify(list))).status).toBe(200);
  expect((await post(audit, JSON.stringify([auditEvent('patch')]))).status).toBe(200);
  expect((await post(audit, '{"kind": "Pod"}')).status).toBe(400);
  expect((await post(audit, '{broken')).status).toBe(400);
  expect((await post(audit, '{}', 'guess')).status).toBe(401);
  expect((await post(audit, ' '.repeat(200_000))).status).toBe(413);
  await until(() => alertLines(alerts).length === 4);

  const metrics = await (await fetch(`${web}/metrics`)).text();
  expect(metrics).toContain(
    'falcosecurity_falco_rules_matches_total{priority="5",rule_name="Audit",source="k8s_audit"} 4\n',
  );
  expect(metrics).toContain(
    'falcosecurity_scap_engine_name_info{engine_name="source_plugin",evt_source="k8s_audit"} 1\n',
  );
  expect(metrics).toContain('falcosecurity_falco_sha256_rules_files_info{file_name="rules.yaml"');

  // A changed file is seen without a signal, a broken one changes nothing, SIGHUP always reloads.
  writeFileSync(rules, ruleText('second'));
  await until(() => running.stderr().includes('"reloads":1'));
  writeFileSync(rules, 'broken: [');
  await until(() => running.stderr().includes('the rules that run are kept'));
  await post(audit, JSON.stringify(auditEvent('create')));
  await until(() => alertLines(alerts).at(-1)?.includes('second create'));
  writeFileSync(rules, ruleText('third'));
  running.child.kill('SIGHUP');
  await until(() => running.stderr().includes('"reloads":2'));

  renameSync(alerts, `${alerts}.1`);
  running.child.kill('SIGUSR1');
  await until(() => running.stderr().includes('outputs reopened'));
  await post(audit, JSON.stringify(auditEvent('delete')));
  await until(() => alertLines(alerts)[0]?.includes('third delete'));

  running.child.kill('SIGTERM');
  expect(await running.exit).toBe(0);
  expect(existsSync(pidFile)).toBe(false);
  const lines = running.stderr().trim().split('\n');
  for (const line of lines) {
    expect(() => JSON.parse(line) as unknown).not.toThrow();
  }
});

test('-M ends a run that has no end of its own; snapshots go to their file', async () => {
  const snapshots = join(folder, 'snapshots.jsonl');
  const config = join(folder, 'quiet.yaml');
  writeFileSync(
    config,
    `log_stderr: false
log_syslog: false
engine: {kind: nodriver}
stdout_output: {enabled: true}
rules_files: [${rules}]
metrics: {enabled: true, interval: 200ms, output_file: ${snapshots}}
`,
  );
  writeFileSync(rules, ruleText('x'));
  const running = start('-c', config, '-M', '1', '-o', 'json_output=true');
  expect(await running.exit).toBe(0);
  expect(running.stderr()).toBe('');
  const samples = alertLines(snapshots).map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(samples.length).toBeGreaterThan(2);
  expect(samples[1]).toMatchObject({
    sample: 1,
    output_fields: { 'evt.source': 'syscall', 'scap.engine_name': 'nodriver', 'falco.num_evts': 0 },
  });
});

test('what cannot work ends with 1', async () => {
  const running = start('-o', 'syscall_event_drops.threshold=2', '-r', rules);
  expect(await running.exit).toBe(1);
  expect(running.stderr()).toContain('threshold must be a double in the range [0, 1]');
});
