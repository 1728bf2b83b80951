import { configKeys } from '@lanner/api';
import { silentLog } from '@lanner/core';
import type { FalcoMetricsInput, OutputHub } from '@lanner/hub';
import { StateTables } from '@lanner/sensor';
import { execFile, execFileSync } from 'node:child_process';
import { promisify } from 'node:util';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer as createHttpServer, type IncomingMessage, type RequestListener } from 'node:http';
import { createServer as createHttpsServer, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { commands } from '../apps/cli/src/commands/registry.gen.ts';
import { runCommandLine } from '../apps/cli/src/run.ts';
import { testEnvironment } from '../apps/cli/src/testkit/environment.ts';
import type { EventSource } from '../apps/cli/src/detect/event-source.ts';
import { measurer } from '../apps/cli/src/detect/measure.ts';
import type { Detection } from '../apps/cli/src/detect/detection.ts';
import { type DetectSettings, readSettings } from '../apps/cli/src/detect/settings.ts';
import { startSnapshots } from '../apps/cli/src/detect/snapshots.ts';
import { waitFor } from './kit/waits.ts';

/** Every honoured key of falco.yaml does what it says: a run with it differs from one without. */

type Settings = Readonly<Record<string, unknown>>;

const folder = mkdtempSync(join(tmpdir(), 'lanner-effects-'));
const audit = join(folder, 'audit.json');
const rules = join(folder, 'rules.yaml');
const syscalls = fileURLToPath(new URL('../conformance/fixtures/workload1-host.scap', import.meta.url));
const closing: (() => unknown)[] = [];

beforeAll(() => {
  const records = ['get', 'list'].map((verb) => ({
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    auditID: verb,
    stage: 'ResponseComplete',
    verb,
    stageTimestamp: '2026-01-01T00:00:00.000000Z',
    requestReceivedTimestamp: '2026-01-01T00:00:00.000000Z',
  }));
  writeFileSync(audit, records.map((record) => `${JSON.stringify(record)}\n`).join(''));
  writeFileSync(
    rules,
    `- {rule: Got, desc: d, condition: ka.verb = get, output: "got %ka.verb", priority: WARNING, source: k8s_audit, tags: [one]}
- {rule: Any, desc: d, condition: ka.verb exists, output: "any %ka.verb", priority: NOTICE, source: k8s_audit, tags: [two]}
`,
  );
});

afterAll(async () => {
  for (const close of closing) {
    await close();
  }
  rmSync(folder, { recursive: true });
});

let runs = 0;

interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

function configFile(settings: Settings): string {
  const path = join(folder, `falco-${runs++}.yaml`);
  const base = {
    engine: { kind: 'replay', replay: { capture_file: audit } },
    rules_files: [rules],
    config_files: [],
    append_output: [],
    log_stderr: true,
    log_syslog: false,
    stdout_output: { enabled: true },
    syslog_output: { enabled: false },
    webserver: { enabled: false },
  };
  // JSON is YAML.
  writeFileSync(path, JSON.stringify({ ...base, ...settings }));
  return path;
}

/** Runs `lanner detect` to its end. */
async function detect(settings: Settings, ...args: readonly string[]): Promise<Outcome> {
  const environment = testEnvironment();
  const code = await runCommandLine(commands, environment, ['detect', '-c', configFile(settings), ...args]);
  return { code, ...environment.written };
}

/** Runs `lanner detect` without an end of its own while `work` goes on, and gives all that it wrote. */
async function serving(
  settings: Settings,
  work: (written: { readonly out: string; readonly err: string }) => Promise<void>,
  ...args: readonly string[]
): Promise<Outcome> {
  const stop = new AbortController();
  const environment = testEnvironment({ signal: stop.signal, now: () => new Date() });
  const path = configFile({ engine: { kind: 'nodriver' }, ...settings });
  const ended = runCommandLine(commands, environment, ['detect', '-c', path, ...args]);
  try {
    await Promise.race([work(environment.written), ended]);
  } finally {
    stop.abort();
  }
  return { code: await ended, ...environment.written };
}

const alerts = ({ out }: Outcome): string[] =>
  out.split('\n').filter((line) => /got|any/i.test(line) && !line.startsWith('   '));
const json = (outcome: Outcome): Record<string, unknown>[] =>
  outcome.out
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Record<string, unknown>);

/** A server on loopback; what it was asked is in `requests`. */
async function receiver(
  tls: ServerOptions | null = null,
  answer: RequestListener = (_request, response) => void response.end('thanks'),
): Promise<{ url: string; requests: { request: IncomingMessage; body: Buffer }[] }> {
  const requests: { request: IncomingMessage; body: Buffer }[] = [];
  const listener: RequestListener = (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      requests.push({ request, body: Buffer.concat(chunks) });
      answer(request, response);
    });
  };
  const server = tls === null ? createHttpServer(listener) : createHttpsServer(tls, listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `${tls === null ? 'http' : 'https'}://localhost:${port}/`, requests };
}

/** A certificate for localhost, signed by itself, with its key; made once. */
const certificates = new Map<string, { cert: string; key: string }>();
function certificate(name: string): { cert: string; key: string } {
  const known = certificates.get(name);
  if (known !== undefined) {
    return known;
  }
  const made = { cert: join(folder, `${name}.crt`), key: join(folder, `${name}.key`) };
  const request = `req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost,IP:127.0.0.1`;
  execFileSync('openssl', [...request.split(' '), '-keyout', made.key, '-out', made.cert], {
    stdio: 'ignore',
  });
  certificates.set(name, made);
  return made;
}

function serverTls(): ServerOptions {
  const { cert, key } = certificate('server');
  return { cert: readFileSync(cert), key: readFileSync(key) };
}

/** Runs with http_output to a server and gives what that server was asked. */
async function posted(
  settings: Settings,
  tls: ServerOptions | null = null,
  answer?: RequestListener,
): Promise<{ outcome: Outcome; requests: { request: IncomingMessage; body: Buffer }[] }> {
  const { url, requests } = await receiver(tls, answer);
  const outcome = await detect({ json_output: true, http_output: { enabled: true, url, ...settings } });
  return { outcome, requests };
}

/** A program named logger, in front of the real one, that writes what it is told to a file. */
async function withFakeLogger(work: () => Promise<unknown>): Promise<string> {
  const bin = mkdtempSync(join(folder, 'bin-'));
  const told = join(bin, 'told');
  writeFileSync(join(bin, 'logger'), `#!/bin/sh\ncat >>'${told}'\n`, { mode: 0o755 });
  const before = process.env['PATH'];
  process.env['PATH'] = `${bin}${delimiter}${before ?? ''}`;
  try {
    await work();
  } finally {
    process.env['PATH'] = before;
  }
  await waitFor(() => existsSync(told));
  return readFileSync(told, 'utf8');
}

async function snapshot(metrics: Settings): Promise<Record<string, unknown>> {
  const file = join(folder, `snapshots-${runs++}`);
  await serving(
    { metrics: { enabled: true, interval: '100ms', output_file: file, ...metrics } },
    async () => {
      await waitFor(() => existsSync(file) && readFileSync(file, 'utf8').split('\n').length > 2);
    },
  );
  const line = readFileSync(file, 'utf8').split('\n')[1] ?? '';
  return (JSON.parse(line) as { output_fields: Record<string, unknown> }).output_fields;
}

function portIn(text: string): string | undefined {
  return /web server is listening.*?port[=":]+(\d+)/.exec(text)?.[1];
}

/** What the web server answers; `null` when it is not there. */
async function web(
  webserver: Settings,
  path: string,
  more: Settings = {},
): Promise<{ status: number; body: string }> {
  let answer = { status: 0, body: '' };
  const settings = {
    webserver: { enabled: true, listen_address: '127.0.0.1', listen_port: 0, ...webserver },
    ...more,
  };
  await serving(settings, async (written) => {
    const port = await waitFor(() => portIn(written.err));
    const response = await fetch(`http://127.0.0.1:${port}${path}`);
    answer = { status: response.status, body: await response.text() };
  });
  return answer;
}

function settingsWith(metrics: Settings): DetectSettings {
  return readSettings({ c: configFile({ metrics: { output_rule: false, ...metrics } }) }, {}, silentLog);
}

/** Figures of a run that has an empty state. */
function measured(metrics: Settings): () => FalcoMetricsInput {
  const settings = settingsWith(metrics);
  const state = new StateTables({ hostname: 'test', maxThreads: 10, utcOffsetS: 0 });
  return measurer({
    // Only what is measured of a run.
    detection: {
      figures: () => ({ events: 0, state: state.stats(), kernel: null }),
      counts: { entries: () => [] },
      hub: { dropped: 0 },
    } as unknown as Detection,
    settings: () => settings,
    ruleFiles: () => [],
    reloadTs: () => 0n,
    environment: testEnvironment(),
    source: { name: 'syscall', engine: null } as unknown as EventSource,
    proc: () => null,
  });
}

const appended = (entry: Settings): Promise<Outcome> => detect({ append_output: [entry] });

const effects: Readonly<Record<string, () => Promise<void>>> = {
  async append_output() {
    expect(alerts(await appended({ extra_output: '+ %ka.auditid' }))).toEqual([
      expect.stringContaining('got get + get'),
      expect.stringContaining('any list + list'),
    ]);
  },
  async 'append_output[].match'() {
    const outcome = await appended({ match: {}, extra_output: 'more' });
    expect(alerts(outcome).every((line) => line.endsWith('more'))).toBe(true);
  },
  async 'append_output[].match.source'() {
    expect((await appended({ match: { source: 'syscall' }, extra_output: 'more' })).out).not.toContain(
      'more',
    );
    expect((await appended({ match: { source: 'k8s_audit' }, extra_output: 'more' })).out).toContain('more');
  },
  async 'append_output[].match.tags'() {
    const [got, any] = alerts(await appended({ match: { tags: ['two'] }, extra_output: 'more' }));
    expect([got?.includes('more'), any?.includes('more')]).toEqual([false, true]);
  },
  async 'append_output[].match.rule'() {
    const [got, any] = alerts(await appended({ match: { rule: 'Got' }, extra_output: 'more' }));
    expect([got?.includes('more'), any?.includes('more')]).toEqual([true, false]);
  },
  async 'append_output[].extra_output'() {
    expect((await appended({ extra_output: '(%ka.verb)' })).out).toContain('got get (get)');
  },
  async 'append_output[].extra_fields'() {
    const fields = ['ka.auditid', { mine: 'is %ka.verb' }];
    const [first] = json(await detect({ json_output: true, append_output: [{ extra_fields: fields }] }));
    expect(first?.['output_fields']).toMatchObject({ 'ka.auditid': 'get', mine: 'is get' });
  },
  async 'append_output[].suggested_output'() {
    const shadow = join(folder, 'shadow.yaml');
    writeFileSync(
      shadow,
      '- {rule: S, desc: d, condition: evt.type = openat and fd.name = /etc/shadow, output: s, priority: ERROR}\n',
    );
    const run = (value: boolean): Promise<Outcome> =>
      detect({
        engine: { kind: 'replay', replay: { capture_file: syscalls } },
        rules_files: [shadow],
        append_output: [{ match: { source: 'syscall' }, suggested_output: value }],
      });
    expect((await run(true)).out).toContain('container_id=host');
    expect((await run(false)).out).not.toContain('container_id');
  },
  async static_fields() {
    const file = join(folder, 'static.yaml');
    writeFileSync(
      file,
      '- {rule: S, desc: d, condition: ka.verb = get, output: "at %static.site", priority: NOTICE, source: k8s_audit}\n',
    );
    const [first] = json(
      await detect({ json_output: true, rules_files: [file], static_fields: { site: 'attic' } }),
    );
    expect(first?.['output_fields']).toMatchObject({ 'static.site': 'attic' });
  },
  async config_files() {
    const more = join(folder, 'more.yaml');
    writeFileSync(more, 'json_output: true\n');
    expect(json(await detect({ config_files: [more] }))).toHaveLength(2);
  },
  async 'config_files[].path'() {
    const more = join(folder, 'more-path.yaml');
    writeFileSync(more, 'json_output: true\n');
    expect(json(await detect({ config_files: [{ path: more }] }))).toHaveLength(2);
  },
  async 'config_files[].strategy'() {
    const more = join(folder, 'more-strategy.yaml');
    writeFileSync(more, 'json_output: true\n');
    const run = (strategy: string): Promise<Outcome> =>
      detect({ json_output: false, config_files: [{ path: more, strategy }] });
    expect(json(await run('override'))).toHaveLength(2);
    expect(json(await run('add-only'))).toHaveLength(0);
  },
  async watch_config_files() {
    const changed = async (watch: boolean): Promise<boolean> => {
      const own = join(folder, `watched-${watch}.yaml`);
      writeFileSync(own, readFileSync(rules));
      const outcome = await serving(
        { watch_config_files: watch, rules_files: [own] },
        async (written) => {
          await waitFor(() => written.err.includes('listening'));
          writeFileSync(
            `${own}.new`,
            '- {rule: New, desc: d, condition: ka.verb exists, output: n, priority: NOTICE, source: k8s_audit}\n',
          );
          renameSync(`${own}.new`, own);
          await (watch
            ? waitFor(() => written.err.includes('reloads'))
            : new Promise((resolve) => setTimeout(resolve, 1500)));
        },
        '--k8s-audit-listen',
        ':0',
      );
      return outcome.err.includes('reloads');
    };
    expect(await Promise.all([changed(true), changed(false)])).toEqual([true, false]);
  },
  async rules_files() {
    const own = join(folder, 'own.yaml');
    writeFileSync(
      own,
      '- {rule: Own, desc: d, condition: ka.verb exists, output: any own, priority: NOTICE, source: k8s_audit}\n',
    );
    expect((await detect({ rules_files: [own] })).out).toContain('Own: 2');
  },
  async rule_files() {
    const both = await detect({ rule_files: [rules] });
    expect(both.err).toContain('rules_files');
    expect(alerts(await detect({ rules_files: undefined, rule_files: [rules] }))).toHaveLength(2);
  },
  async rules() {
    expect(
      (await detect({ rules: [{ disable: { rule: '*' } }, { enable: { rule: 'Any' } }] })).out,
    ).toContain('Any: 2');
  },
  async 'rules[].disable'() {
    expect((await detect({ rules: [{ disable: { rule: 'Got' } }] })).out).not.toContain('Got: ');
  },
  async 'rules[].disable.rule'() {
    expect((await detect({ rules: [{ disable: { rule: 'A*' } }] })).out).not.toContain('Any: ');
  },
  async 'rules[].disable.tag'() {
    expect((await detect({ rules: [{ disable: { tag: 'one' } }] })).out).toContain('Any: 2');
  },
  async 'rules[].enable'() {
    const off = join(folder, 'off.yaml');
    writeFileSync(off, readFileSync(rules, 'utf8').replace('rule: Any,', 'rule: Any, enabled: false,'));
    expect((await detect({ rules_files: [off] })).out).not.toContain('Any: ');
    expect((await detect({ rules_files: [off], rules: [{ enable: { rule: 'Any' } }] })).out).toContain(
      'Any: 1',
    );
  },
  async 'rules[].enable.rule'() {
    const outcome = await detect({ rules: [{ disable: { rule: '*' } }, { enable: { rule: 'G?t' } }] });
    expect(outcome.out).not.toContain('Any: ');
    expect((await detect({ rules: [{ disable: { rule: '*' } }, { enable: { rule: 'G*' } }] })).out).toContain(
      'Got: 1',
    );
  },
  async 'rules[].enable.tag'() {
    const outcome = await detect({ rules: [{ disable: { rule: '*' } }, { enable: { tag: 'one' } }] });
    expect(outcome.out).toContain('Got: 1');
    expect(outcome.out).not.toContain('Any: ');
  },
  async engine() {
    expect((await detect({ engine: { kind: 'replay', replay: { capture_file: audit } } })).out).toContain(
      'Events detected: 2',
    );
  },
  async 'engine.kind'() {
    const outcome = await serving(
      { engine: { kind: 'nodriver' } },
      async (written) => {
        await waitFor(() => written.err.includes('listening'));
      },
      '--k8s-audit-listen',
      ':0',
    );
    expect(outcome.err).toContain('nodriver');
    expect(outcome.out).toContain('Events detected: 0');
  },
  async 'engine.replay'() {
    expect((await detect({ engine: { kind: 'replay', replay: { capture_file: audit } } })).err).toContain(
      'driver=replay',
    );
  },
  async 'engine.replay.capture_file'() {
    const outcome = await detect({
      engine: { kind: 'replay', replay: { capture_file: join(folder, 'none') } },
    });
    expect(outcome.code).toBe(1);
    expect(outcome.err).toContain(join(folder, 'none'));
  },
  async 'plugins[].init_config'() {
    await webhook({ plugins: [{ name: 'k8saudit', init_config: { webhookMaxBatchSize: 10 } }] }, 413);
    await webhook({ plugins: [{ name: 'k8saudit', init_config: { webhookMaxBatchSize: 100_000 } }] }, 200);
  },
  async 'plugins[].open_params'() {
    const outcome = await detect({
      engine: { kind: 'nodriver' },
      plugins: [{ name: 'k8saudit', open_params: audit }],
      load_plugins: ['k8saudit'],
    });
    expect(outcome.out).toContain('Events detected: 2');
  },
  async time_format_iso_8601() {
    expect((await detect({ time_format_iso_8601: true })).out).toMatch(/^\d{4}-\d\d-\d\dT/m);
    expect((await detect({ time_format_iso_8601: false })).out).toMatch(/^\d\d:\d\d:\d\d\.\d{9}: /m);
  },
  async buffer_format_base64() {
    const file = join(folder, 'buffer.yaml');
    writeFileSync(
      file,
      '- {rule: B, desc: d, condition: evt.type = write and evt.buffer contains "a", output: "buffer=%evt.buffer|", priority: ERROR}\n',
    );
    const run = async (buffer_format_base64: boolean): Promise<string> => {
      const { out } = await detect({
        buffer_format_base64,
        engine: { kind: 'replay', replay: { capture_file: syscalls } },
        rules_files: [file],
      });
      return /buffer=(.*?)\|/.exec(out)?.[1] ?? '';
    };
    const encoded = await run(true);
    expect(Buffer.from(encoded, 'base64').toString('base64')).toBe(encoded);
    expect(await run(false)).not.toBe(encoded);
  },
  async priority() {
    expect((await detect({ priority: 'warning' })).out).not.toContain('Any: ');
  },
  async json_output() {
    expect(json(await detect({ json_output: true }))).toHaveLength(2);
    expect(json(await detect({ json_output: false }))).toHaveLength(0);
  },
  async json_include_output_property() {
    expect(
      json(await detect({ json_output: true, json_include_output_property: false }))[0],
    ).not.toHaveProperty('output');
  },
  async json_include_message_property() {
    expect(json(await detect({ json_output: true, json_include_message_property: true }))[0]).toHaveProperty(
      'message',
      'got get',
    );
  },
  async json_include_output_fields_property() {
    expect(
      json(await detect({ json_output: true, json_include_output_fields_property: false }))[0],
    ).not.toHaveProperty('output_fields');
  },
  async json_include_tags_property() {
    expect(
      json(await detect({ json_output: true, json_include_tags_property: false }))[0],
    ).not.toHaveProperty('tags');
  },
  async buffered_outputs() {
    // Unbuffered lines are given out one by one, buffered ones together.
    const writes = async (buffered_outputs: boolean): Promise<number> => {
      let count = 0;
      const environment = testEnvironment({
        outTaken(text) {
          count += text.includes('g') ? 1 : 0;
          return Promise.resolve();
        },
      });
      await runCommandLine(commands, environment, ['detect', '-c', configFile({ buffered_outputs })]);
      return count;
    };
    expect(await writes(true)).toBeLessThanOrEqual(await writes(false));
  },
  async rule_matching() {
    expect((await detect({ rule_matching: 'first' })).out).toContain('Any: 1');
    expect((await detect({ rule_matching: 'all' })).out).toContain('Any: 2');
  },
  async outputs_queue() {
    await effects['outputs_queue.capacity']?.();
  },
  async 'outputs_queue.capacity'() {
    // As in Falco: a queue that a user made too small drops, and says how much; 0 is no limit.
    const small = await detect({ outputs_queue: { capacity: 1 } });
    expect(small.err).toContain('alerts were lost');
    expect(alerts(small)).toHaveLength(1);
    expect(alerts(await detect({ outputs_queue: { capacity: 0 } }))).toHaveLength(2);
  },
  async stdout_output() {
    await effects['stdout_output.enabled']?.();
  },
  async 'stdout_output.enabled'() {
    const file_output = { enabled: true, filename: join(folder, 'quiet.log') };
    expect(alerts(await detect({ stdout_output: { enabled: false }, file_output }))).toHaveLength(0);
    expect(alerts(await detect({ stdout_output: { enabled: true } }))).toHaveLength(2);
  },
  async syslog_output() {
    await effects['syslog_output.enabled']?.();
  },
  async 'syslog_output.enabled'() {
    expect(await withFakeLogger(() => detect({ syslog_output: { enabled: true } }))).toMatch(
      /^<12>.*got get\n<13>.*any list\n$/,
    );
  },
  async file_output() {
    await effects['file_output.filename']?.();
  },
  async 'file_output.enabled'() {
    const filename = join(folder, 'never.log');
    await detect({ file_output: { enabled: false, filename } });
    expect(existsSync(filename)).toBe(false);
  },
  async 'file_output.keep_alive'() {
    const filename = join(folder, 'kept.log');
    for (const keep_alive of [true, false]) {
      await detect({ file_output: { enabled: true, filename, keep_alive } });
    }
    expect(readFileSync(filename, 'utf8').trim().split('\n')).toHaveLength(4);
  },
  async 'file_output.filename'() {
    const filename = join(folder, 'named.log');
    await detect({ file_output: { enabled: true, filename } });
    expect(readFileSync(filename, 'utf8')).toContain('got get');
  },
  async http_output() {
    await effects['http_output.url']?.();
  },
  async 'http_output.enabled'() {
    const { url, requests } = await receiver();
    await detect({ http_output: { enabled: false, url } });
    expect(requests).toHaveLength(0);
  },
  async 'http_output.url'() {
    const { requests } = await posted({});
    expect(requests.map(({ body }) => (JSON.parse(body.toString()) as { rule: string }).rule)).toEqual([
      'Got',
      'Any',
    ]);
  },
  async 'http_output.user_agent'() {
    const { requests } = await posted({ user_agent: 'mine/1' });
    expect(requests[0]?.request.headers['user-agent']).toBe('mine/1');
  },
  async 'http_output.insecure'() {
    expect((await posted({ insecure: true }, serverTls())).requests).toHaveLength(2);
    expect((await posted({ insecure: false }, serverTls())).requests).toHaveLength(0);
  },
  async 'http_output.ca_cert'() {
    expect((await posted({ ca_cert: certificate('server').cert }, serverTls())).requests).toHaveLength(2);
    expect((await posted({ ca_cert: certificate('other').cert }, serverTls())).requests).toHaveLength(0);
  },
  async 'http_output.ca_bundle'() {
    expect((await posted({ ca_bundle: certificate('server').cert }, serverTls())).requests).toHaveLength(2);
  },
  async 'http_output.ca_path'() {
    const trusted = join(folder, 'trusted');
    mkdirSync(trusted, { recursive: true });
    writeFileSync(join(trusted, 'server.crt'), readFileSync(certificate('server').cert));
    expect((await posted({ ca_path: trusted }, serverTls())).requests).toHaveLength(2);
    expect(readdirSync(trusted)).toEqual(['server.crt']);
  },
  async 'http_output.mtls'() {
    const mutual = { ...serverTls(), requestCert: true, ca: readFileSync(certificate('client').cert) };
    const client = certificate('client');
    const settings = { insecure: true, client_cert: client.cert, client_key: client.key };
    expect((await posted({ ...settings, mtls: true }, mutual)).requests).toHaveLength(2);
    expect((await posted({ ...settings, mtls: false }, mutual)).requests).toHaveLength(0);
  },
  async 'http_output.client_cert'() {
    const settings = { mtls: true, client_key: certificate('client').key };
    const { outcome } = await posted({ ...settings, client_cert: join(folder, 'none.crt') }, serverTls());
    expect(outcome.err).toContain('none.crt');
  },
  async 'http_output.client_key'() {
    const settings = { mtls: true, client_cert: certificate('client').cert };
    const { outcome } = await posted({ ...settings, client_key: join(folder, 'none.key') }, serverTls());
    expect(outcome.err).toContain('none.key');
  },
  async 'http_output.echo'() {
    expect((await posted({ echo: true })).outcome.out).toContain('thanks');
    expect((await posted({ echo: false })).outcome.out).not.toContain('thanks');
  },
  async 'http_output.compress_uploads'() {
    const { requests } = await posted({ compress_uploads: true });
    expect(requests[0]?.request.headers['content-encoding']).toBe('gzip');
  },
  async 'http_output.keep_alive'() {
    const connection = async (keep_alive: boolean): Promise<string | undefined> =>
      (await posted({ keep_alive })).requests[0]?.request.headers.connection;
    expect([await connection(true), await connection(false)]).toEqual(['keep-alive', 'close']);
  },
  async 'http_output.max_consecutive_timeouts'() {
    // How often it is tried again is shown with a clock of its own in the tests of the destination.
    expect((await posted({ max_consecutive_timeouts: 'often' })).outcome.code).toBe(1);
    expect((await posted({ max_consecutive_timeouts: 0 })).requests).toHaveLength(2);
  },
  async program_output() {
    await effects['program_output.program']?.();
  },
  async 'program_output.enabled'() {
    const file = join(folder, 'never-run');
    await detect({ program_output: { enabled: false, program: `tee ${file}` } });
    expect(existsSync(file)).toBe(false);
  },
  async 'program_output.keep_alive'() {
    const starts = async (keep_alive: boolean): Promise<number> => {
      const file = join(folder, `starts-${keep_alive}`);
      const script = join(folder, `program-${keep_alive}`);
      writeFileSync(script, `#!/bin/sh\necho start >>${file}\ncat >/dev/null\n`, { mode: 0o755 });
      await detect({ program_output: { enabled: true, keep_alive, program: script } });
      return readFileSync(file, 'utf8').split('\n').length - 1;
    };
    expect(await starts(true)).toBe(1);
    expect(await starts(false)).toBeGreaterThanOrEqual(1);
  },
  async 'program_output.program'() {
    const file = join(folder, 'told');
    await detect({ program_output: { enabled: true, program: `tee -a ${file}` } });
    expect(readFileSync(file, 'utf8')).toContain('got get');
  },
  async webserver() {
    await effects['webserver.enabled']?.();
  },
  async 'webserver.enabled'() {
    expect((await web({}, '/healthz')).status).toBe(200);
    expect((await detect({})).err).not.toContain('web server');
  },
  async 'webserver.listen_port'() {
    const { url } = await receiver();
    const port = Number(new URL(url).port);
    const outcome = await detect({
      engine: { kind: 'nodriver' },
      webserver: { enabled: true, listen_address: '127.0.0.1', listen_port: port },
    });
    expect(outcome.code).toBe(1);
    expect(outcome.err).toContain(String(port));
  },
  async 'webserver.listen_address'() {
    const outcome = await detect({
      engine: { kind: 'nodriver' },
      webserver: { enabled: true, listen_address: '192.0.2.1', listen_port: 0 },
    });
    expect(outcome.code).toBe(1);
    expect(outcome.err).toContain('192.0.2.1');
  },
  async 'webserver.k8s_healthz_endpoint'() {
    expect((await web({ k8s_healthz_endpoint: '/alive' }, '/alive')).status).toBe(200);
    expect((await web({ k8s_healthz_endpoint: '/alive' }, '/healthz')).status).toBe(404);
  },
  async 'webserver.prometheus_metrics_enabled'() {
    const metrics = { enabled: true, interval: '1h' };
    expect((await web({ prometheus_metrics_enabled: true }, '/metrics', { metrics })).status).toBe(200);
    expect((await web({ prometheus_metrics_enabled: false }, '/metrics', { metrics })).status).toBe(404);
  },
  async 'webserver.ssl_enabled'() {
    await effects['webserver.ssl_certificate']?.();
  },
  async 'webserver.ssl_certificate'() {
    const { cert, key } = certificate('server');
    const pem = join(folder, 'falco.pem');
    writeFileSync(pem, readFileSync(key, 'utf8') + readFileSync(cert, 'utf8'));
    const webserver = {
      enabled: true,
      listen_address: '127.0.0.1',
      listen_port: 0,
      ssl_enabled: true,
      ssl_certificate: pem,
    };
    await serving({ webserver }, async (written) => {
      const port = await waitFor(() => portIn(written.err));
      const { stdout } = await promisify(execFile)('curl', [
        '-s',
        '--cacert',
        cert,
        `https://localhost:${port}/healthz`,
      ]);
      expect(stdout).toBe('{"status": "ok"}');
    });
    const outcome = await detect({
      engine: { kind: 'nodriver' },
      webserver: { ...webserver, ssl_certificate: join(folder, 'none.pem') },
    });
    expect(outcome.code).toBe(1);
    expect(outcome.err).toContain('none.pem');
  },
  async log_stderr() {
    expect((await detect({ log_stderr: false })).err).toBe('');
    expect((await detect({ log_stderr: true })).err).toContain('driver');
  },
  async log_syslog() {
    expect(await withFakeLogger(() => detect({ log_syslog: true }))).toMatch(/^<1[0-5]>.*driver/m);
  },
  async log_level() {
    expect((await detect({ log_level: 'critical' })).err).toBe('');
  },
  async output_timeout() {
    const { url } = await receiver(null, () => undefined);
    const outcome = await detect({
      output_timeout: 50,
      http_output: { enabled: true, url, max_consecutive_timeouts: 0 },
    });
    expect(outcome.err).toMatch(/http/);
    expect(alerts(outcome)).toHaveLength(2);
  },
  async metrics() {
    await effects['metrics.enabled']?.();
  },
  async 'metrics.enabled'() {
    const file = join(folder, 'no-snapshots');
    await detect({ metrics: { enabled: false, interval: '100ms', output_file: file } });
    expect(existsSync(file)).toBe(false);
    expect(await snapshot({})).toHaveProperty('falco.num_evts');
  },
  async 'metrics.interval'() {
    expect((await detect({ metrics: { enabled: true, interval: 'soon' } })).code).toBe(1);
    expect(await snapshot({ interval: '150ms' })).toHaveProperty('falco.num_evts');
  },
  async 'metrics.output_rule'() {
    const outcome = await serving(
      { json_output: true, metrics: { enabled: true, interval: '100ms', output_rule: true } },
      async (written) => {
        await waitFor(() => written.out.includes('Falco internal: metrics snapshot'));
      },
    );
    expect(json(outcome)[0]).toMatchObject({ rule: 'Falco internal: metrics snapshot' });
  },
  async 'metrics.output_file'() {
    expect(await snapshot({})).toHaveProperty('falco.version');
  },
  async 'metrics.rules_counters_enabled'() {
    expect(await snapshot({ rules_counters_enabled: true, include_empty_values: true })).toHaveProperty(
      'falco.rules.matches_total',
    );
    expect(await snapshot({ rules_counters_enabled: false })).not.toHaveProperty('falco.rules.matches_total');
  },
  async 'metrics.resource_utilization_enabled'() {
    expect(await snapshot({ resource_utilization_enabled: true })).toHaveProperty('falco.memory_rss_mb');
    expect(await snapshot({ resource_utilization_enabled: false })).not.toHaveProperty('falco.memory_rss_mb');
  },
  'metrics.state_counters_enabled'() {
    const counters = (on: boolean): unknown => measured({ state_counters_enabled: on })().state;
    expect(counters(true)).not.toBeNull();
    expect(counters(false)).toBeNull();
    return Promise.resolve();
  },
  async 'metrics.convert_memory_to_mb'() {
    expect(await snapshot({ convert_memory_to_mb: false })).toHaveProperty('falco.memory_rss_kb');
  },
  'metrics.include_empty_values'() {
    const names = (include_empty_values: boolean): string[] => {
      const output_file = join(folder, `empty-${include_empty_values}`);
      const metrics = { enabled: true, interval: '1h', output_file, include_empty_values };
      const config = settingsWith(metrics).config;
      startSnapshots({
        config: () => config,
        source: 'syscall',
        measure: measured(metrics),
        // The outputs get none of it.
        hub: null as unknown as OutputHub,
        json: true,
        utcOffsetS: 0,
        log: silentLog,
      })();
      const { output_fields } = JSON.parse(readFileSync(output_file, 'utf8')) as { output_fields: object };
      return Object.keys(output_fields);
    };
    expect(names(true).length).toBeGreaterThan(names(false).length);
    return Promise.resolve();
  },
  async falco_libs() {
    await effects['falco_libs.thread_table_size']?.();
  },
  async 'falco_libs.thread_table_size'() {
    const rule = join(folder, 'ancestors.yaml');
    writeFileSync(
      rule,
      '- {rule: P, desc: d, condition: evt.type = execve and proc.pname exists, output: p, priority: ERROR}\n',
    );
    const matches = async (size: number): Promise<number> => {
      const { out } = await detect({
        falco_libs: { thread_table_size: size },
        engine: { kind: 'replay', replay: { capture_file: syscalls } },
        rules_files: [rule],
      });
      return Number(/P: (\d+)/.exec(out)?.[1] ?? 0);
    };
    expect(await matches(4)).toBeLessThan(await matches(100_000));
  },
};

/** Posts an audit record to the webhook and expects a status. */
async function webhook(settings: Settings, status: number): Promise<void> {
  await serving(
    settings,
    async (written) => {
      const port = await waitFor(() => /audit webhook is listening.*?port[=":]+(\d+)/.exec(written.err)?.[1]);
      const response = await fetch(`http://127.0.0.1:${port}/k8s-audit`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: readFileSync(audit, 'utf8').split('\n')[0] ?? '',
      });
      expect(response.status).toBe(status);
    },
    '--k8s-audit-listen',
    ':0',
  );
}

const honoured = configKeys
  .filter((entry) => entry.class === 'honoured' && entry.live !== true)
  .map(({ key }) => key);

test.each(honoured)('%s', async (key) => {
  const effect = effects[key];
  expect(effect, `${key} has no test of its effect`).toBeDefined();
  await effect?.();
});

test('no test is for a key that is not honoured', () => {
  expect(Object.keys(effects).filter((key) => !honoured.includes(key))).toEqual([]);
});
