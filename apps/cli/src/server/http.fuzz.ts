import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ConnectionOptions } from 'node:tls';
import { enrol, type Identity, parseJoinToken } from '@lanner/agent';
import { agentServerName } from '@lanner/api';
import type { Log } from '@lanner/core';
import { openSqliteStore } from '@lanner/hub';
import { openOidcServer, SeededRandom } from '@lanner/hub/testkit';
import { consoleLog } from '../lib/console-log.ts';
import type { RuleRunner } from '../rule-desk/rule-runner.ts';
import { openServer, type RunningServer } from './open-server.ts';
import { readServerSettings, type ServerSettings } from './settings.ts';
import { mutated } from '../testkit/http-cases.ts';
import { type RawAnswer, RawConnection } from '../testkit/http-connection.ts';
import { type HttpCase, type HttpPort, placeholders, soundCases } from '../testkit/http-seeds.ts';

export interface FuzzHttpReport {
  readonly inputs: number;
  readonly byStatus: Readonly<Record<number, number>>;
  readonly accepted: number;
}

/** Most wait for a disk or a thread. */
const lanes = 24;
const maxCorpus = 1000;
const maxRssBytes = 1.5 * 2 ** 30;
const answerMs = 30_000;
/** Names of headers that answers may have. */
const ownHeaders = new Set([
  'allow',
  'cache-control',
  'connection',
  'content-disposition',
  'content-length',
  'content-security-policy',
  'content-type',
  'cross-origin-opener-policy',
  'cross-origin-resource-policy',
  'date',
  'etag',
  'keep-alive',
  'lanner-protocol',
  'last-modified',
  'location',
  'permissions-policy',
  'referrer-policy',
  'retry-after',
  'set-cookie',
  'strict-transport-security',
  'transfer-encoding',
  'vary',
  'www-authenticate',
  'x-content-type-options',
  'x-frame-options',
]);
/** The store may say that it is busy; a destination may be away. */
const allowedFailures = new Set([501, 502, 503, 504, 505]);

/** A server that stays for all rounds of a thread, and what is known of it. */
interface Bench {
  readonly server: RunningServer;
  readonly corpus: HttpCase[];
  readonly seen: Set<string>;
  readonly logged: string[];
  /** Of an agent, which the requests of its port come from. */
  readonly agentTls: ConnectionOptions;
  readonly closeProvider: () => Promise<void>;
  secret: string;
  /** Of the sign-in that was begun last. */
  signIn: { readonly state: string; readonly cookie: string };
  clockMs: number;
}

let bench: Promise<Bench> | null = null;

/**
 * Sends requests to a server with a store of its own: sound ones for every route with one to four parts changed, and
 * some with bytes changed at random; those that get a new kind of answer become a base for others. No request may be
 * answered as a mistake of the server, add a header or a log line of its own, damage the store, or be carried out as a
 * template or as SQL. Rejects with the request that was not stood.
 */
export async function fuzzHttp(inputs: number, seed: number): Promise<FuzzHttpReport> {
  bench ??= openBench();
  // As it is: a copy would have a clock of its own that stands still for the server.
  const all = await bench;
  const random = new SeededRandom(seed);
  const byStatus: Record<number, number> = {};
  let left = inputs;
  let accepted = 0;
  const lane = async (): Promise<void> => {
    const connections = new Map<HttpPort, RawConnection>();
    while (left > 0) {
      left--;
      const answer = await askOnce(all, connections, random);
      byStatus[answer?.status ?? 0] = (byStatus[answer?.status ?? 0] ?? 0) + 1;
      accepted += answer?.status === 200 ? 1 : 0;
    }
    connections.forEach((connection) => {
      connection.close();
    });
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  await checkServer(all);
  return { inputs, byStatus, accepted };
}

/** Ends the server of this thread; a thread that is ended has nothing left that must be written. */
export async function endFuzzHttp(): Promise<void> {
  const ended = await bench;
  bench = null;
  await ended?.server.close();
  await ended?.closeProvider();
}

async function askOnce(
  bench: Bench,
  connections: Map<HttpPort, RawConnection>,
  random: SeededRandom,
): Promise<RawAnswer | null> {
  const { corpus, seen } = bench;
  const request = mutated(random.pick(corpus), random);
  const isRaw = random.below(10) === 0;
  const text = bytesOf(request, await secretOf(bench), bench);
  const bytes = isRaw ? damaged(text, random) : text;
  const connection = (isRaw ? undefined : connections.get(request.port)) ?? connectionTo(request.port, bench);
  bench.clockMs += 100;
  const answer = await within(connection.ask(bytes, isRaw), bytes);
  if (isRaw || answer?.isOpen !== true) {
    connection.close();
    connections.delete(request.port);
  } else {
    connections.set(request.port, connection);
  }
  if (answer !== null) {
    check(answer, bytes, bench);
    noteSignIn(answer, bench);
    const kind = `${request.port} ${request.method} ${answer.status} ${answer.body.slice(0, 60).replace(/\d+/g, '#')}`;
    if (!isRaw && !seen.has(kind) && corpus.length < maxCorpus) {
      seen.add(kind);
      corpus.push(request);
    }
  }
  return answer;
}

function connectionTo(port: HttpPort, { server, agentTls }: Bench): RawConnection {
  switch (port) {
    case 'api':
      return new RawConnection(server.apiPort);
    case 'intake':
      return new RawConnection(server.intakePort);
    case 'agents':
      return new RawConnection(server.agentsPort ?? 0, agentTls);
  }
}

/** A sign-in that was begun is what others come back to. */
function noteSignIn({ headers }: RawAnswer, bench: Bench): void {
  const valueOf = (name: string): string => headers.find(([other]) => other === name)?.[1] ?? '';
  const [, state] = /[?&]state=([\w-]+)/.exec(valueOf('location')) ?? [];
  if (state !== undefined) {
    bench.signIn = { state, cookie: valueOf('set-cookie').split(';')[0] ?? '' };
  }
}

function check({ status, headers, body }: RawAnswer, bytes: Buffer, { logged }: Bench): void {
  const stranger = headers.find(([name]) => !ownHeaders.has(name));
  const line = logged.find((text) => !isOneLine(text));
  const mistake = logged.find((text) => text.includes('request failed'));
  const problem =
    status === 0 || (status >= 500 && !allowedFailures.has(status))
      ? `it was answered with ${status}: ${body.slice(0, 200)}${mistake === undefined ? '' : `\n${mistake}`}`
      : stranger !== undefined
        ? `the answer has a header ${stranger[0]}`
        : line !== undefined
          ? `the log has ${JSON.stringify(line)}`
          : mistake;
  logged.length = 0;
  if (problem !== undefined) {
    throw new Error(`${problem}\none of the last requests in base64: ${bytes.toString('base64')}`);
  }
}

/** A log line begins with its level, ends with its only line break, and has nothing that a terminal would obey. */
function isOneLine(text: string): boolean {
  return (
    /^(?:debug|info|warn|error): /.test(text) && text.endsWith('\n') && !/\p{Cc}/u.test(text.slice(0, -1))
  );
}

async function checkServer({ server }: Bench): Promise<void> {
  const { store } = server;
  const [health, canaries, echoes] = await Promise.all([
    store.health(),
    store.alerts.count({ any: { rule: [canary] } }),
    store.alerts.search({}, 20),
  ]);
  if (health.state !== 'ok' || health.damaged > 0) {
    throw new Error(`the store is ${health.state}: ${health.reason} (${health.damaged} damaged)`);
  }
  if (canaries !== 1) {
    throw new Error(`the alert that was there before is there ${canaries} times`);
  }
  for (const { event } of echoes.alerts) {
    const { echo, ...fields } = event.output_fields;
    const name = fields['proc.name'];
    if (typeof echo === 'string' && typeof name === 'string' && echo !== name) {
      throw new Error(`a template made ${JSON.stringify(echo)} of ${JSON.stringify(name)}`);
    }
  }
  const { rss } = process.memoryUsage();
  if (rss > maxRssBytes) {
    throw new Error(`the process takes ${Math.round(rss / 2 ** 20)} MiB`);
  }
}

const canary = 'The alert that was there before';

async function openBench(): Promise<Bench> {
  const folder = ownFolder();
  const logged: string[] = [];
  const log: Log = consoleLog((text) => logged.push(text), false, 'debug');
  // Certificates are good by the clock of the machine.
  const clock = { ms: Date.now() };
  const now = (): number => clock.ms;
  const provider = await openOidcServer();
  provider.register('http://127.0.0.1/auth/oidc/callback', 'http://127.0.0.1');
  const settings = settingsOf(folder, provider.issuer, log);
  const store = await openSqliteStore({
    folder: join(folder, 'store'),
    retention: { maxAgeMs: 365 * 86_400_000, maxBytes: 2 ** 28 },
    now,
    log,
  });
  const server = await openServer(store, settings, {
    log,
    now,
    signal: new AbortController().signal,
    uuid: () => crypto.randomUUID(),
    version: '0.0.0',
    writeStdout: () => Promise.resolve(),
    notes: () => [],
    scan: () => null,
    ruleRunner,
  });
  await server.intake.take(
    JSON.stringify({
      output: 'o',
      priority: 'Debug',
      rule: canary,
      time: new Date(clock.ms).toISOString(),
      source: 's',
      output_fields: { 'proc.name': 'x' },
    }),
  );
  const agentTls = tlsOf(await joined(server, clock.ms));
  logged.length = 0;
  return {
    ...{ server, seen: new Set(), logged, agentTls, secret: '', signIn: { state: 'x', cookie: 'x=y' } },
    corpus: soundCases(),
    closeProvider: provider.close,
    get clockMs() {
      return clock.ms;
    },
    set clockMs(ms: number) {
      clock.ms = ms;
    },
  };
}

function settingsOf(folder: string, issuer: string, log: Log): ServerSettings {
  const env = {
    LISTENPORT: '0',
    TEMPLATEDFIELDS: 'echo:{{ index . "proc.name" }}',
    CUSTOMFIELDS: 'cluster:test',
    LANNER_OIDC_ISSUER: issuer,
    LANNER_OIDC_CLIENTID: 'lanner',
    LANNER_OIDC_CLIENTSECRET: 'not so secret',
    LANNER_OIDC_DEFAULTROLE: 'view',
  };
  return readServerSettings({ data: folder, listen: '127.0.0.1:0', agents: '127.0.0.1:0' }, env, log);
}

/** Few rules: loading all that come with Lanner for each request would take all the time. */
const ruleRunner: RuleRunner = {
  configured: () => ({
    files: [
      {
        path: 'rules.yaml',
        content:
          '- rule: Shell\n  desc: d\n  condition: evt.type = execve\n  output: o %proc.name\n  priority: ERROR\n' +
          '  exceptions:\n    - name: known\n      fields: [fd.name]\n      comps: [=]\n',
      },
    ],
    load: { extraOutputs: [], selections: [], minPriority: 7, staticFields: {} },
  }),
  state: () => 'sensor',
  reload: () => Promise.resolve(),
};

async function joined(server: RunningServer, nowMs: number): Promise<Identity> {
  const { secret } = await server.tokens.create({ name: 'join', scopes: ['agent'], expiresMs: null }, nowMs);
  return enrol({
    server: `https://127.0.0.1:${server.agentsPort ?? 0}`,
    token: parseJoinToken(`${secret}.${server.agentsFingerprint ?? ''}`),
    name: 'node-1',
    version: '0.0.0',
  });
}

function tlsOf({ authority, key, certificate }: Identity): ConnectionOptions {
  return { ca: authority, key, cert: certificate, servername: agentServerName, minVersion: 'TLSv1.3' };
}

/** Requests may take the token away that they are sent with. */
async function secretOf(bench: Bench): Promise<string> {
  const { tokens } = bench.server;
  if (tokens.principal(bench.secret, bench.clockMs) === null) {
    const made = await tokens.create(
      { name: 'fuzz', scopes: ['admin', 'intake', 'agent'], expiresMs: null },
      bench.clockMs,
    );
    bench.secret = made.secret;
  }
  return bench.secret;
}

function bytesOf(request: HttpCase, secret: string, { signIn }: Pick<Bench, 'signIn'>): Buffer {
  const { method, path, query, headers, body } = request;
  const content = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body);
  const known = (text: string): string =>
    text === placeholders.state ? signIn.state : text === placeholders.cookie ? signIn.cookie : text;
  const parameters = query
    .map(([name, value]) => [name, known(value)])
    .map((pair) => pair.map((part) => encodeURIComponent(part.toWellFormed())).join('='))
    .join('&');
  const payload = Buffer.from(content);
  const lines = [
    `${method} ${path}${parameters === '' ? '' : `?${parameters}`} HTTP/1.1`,
    'host: 127.0.0.1',
    `authorization: Bearer ${secret}`,
    ...headers.map(([name, value]) => `${name}: ${known(value)}`),
    `content-length: ${payload.length}`,
    '',
    '',
  ];
  return Buffer.concat([Buffer.from(lines.join('\r\n')), payload]);
}

function damaged(bytes: Buffer, random: SeededRandom): Buffer {
  const copy = Buffer.from(bytes);
  for (let changes = 1 + random.below(6); changes > 0; changes--) {
    copy[random.below(copy.length)] =
      random.below(4) === 0 ? random.pick([0, 10, 13, 58, 32, 255]) : random.below(256);
  }
  return random.below(4) === 0 ? copy.subarray(0, random.below(copy.length)) : copy;
}

async function within<T>(answer: Promise<T>, bytes: Buffer): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`no answer in ${answerMs} ms\nrequest in base64: ${bytes.toString('base64')}`));
    }, answerMs);
  });
  return Promise.race([answer, late]).finally(() => {
    clearTimeout(timer);
  });
}

/** A folder of this process; those of processes that are gone are removed, as a thread that is ended cleans nothing up. */
function ownFolder(): string {
  const prefix = 'lanner-fuzz-http-';
  for (const name of readdirSync(tmpdir())) {
    if (name.startsWith(prefix) && !existsSync(`/proc/${name.slice(prefix.length).split('-')[0] ?? ''}`)) {
      rmSync(join(tmpdir(), name), { recursive: true, force: true });
    }
  }
  const folder = join(tmpdir(), `${prefix}${process.pid}-${Date.now()}`);
  mkdirSync(folder);
  return folder;
}
